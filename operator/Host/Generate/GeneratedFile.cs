namespace Operator.Host.Generate;

/// <summary>A file that a generator makes, with its path below the output folder.</summary>
public readonly record struct GeneratedFile(string Path, string Text);
