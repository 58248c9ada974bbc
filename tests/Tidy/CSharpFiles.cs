namespace Tidy;

/// <summary>Every C# file of the checkout, parsed once and shared by the tests of one run.</summary>
public sealed class CSharpFiles
{
    public CSharpFiles()
    {
        Tree = SourceTree.Load();
        All = [.. Tree.WithExtension(".cs").AsParallel().Select(path => CSharpFile.Parse(path, Tree.Read(path)))];
    }

    public SourceTree Tree { get; }

    public IReadOnlyList<CSharpFile> All { get; }

    /// <summary>Programs and libraries: everything outside of tests/.</summary>
    public IEnumerable<CSharpFile> Product =>
        All.Where(file => !file.Path.StartsWith("tests/", StringComparison.Ordinal));
}
