namespace Operator.KubeClient.Resources;

/// <summary>A whole list as of one moment.</summary>
/// <param name="ResourceVersion">A watch that begins here misses nothing after the list.</param>
public sealed record ResourceList<T>(IReadOnlyList<T> Items, string ResourceVersion);
