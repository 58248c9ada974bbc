using System.Text.RegularExpressions;

namespace Tidy;

/// <summary>Words that must not be in the tree: promises instead of code, and what binds it to one machine.</summary>
public sealed partial class WordTests
{
    /// <summary>This file names the words in order to find them.</summary>
    const string ThisFile = "tests/Tidy/WordTests.cs";

    static readonly string[] TextExtensions =
    [
        ".cs",
        ".csproj",
        ".props",
        ".md",
        ".sh",
        ".js",
        ".mjs",
        ".json",
        ".yaml",
        ".yml",
        ".tpl",
        ".txt",
        ".sln",
        "",
    ];

    readonly SourceTree tree = SourceTree.Load();

    [Fact]
    public void Nothing_is_left_for_later() =>
        Report.None(
            "Finish it, or write down who does it and when in an issue.",
            Find(Promise(), ".cs", ".js", ".mjs", ".sh", ".yaml")
        );

    [Fact]
    public void No_path_of_one_machine() =>
        Report.None("Absolute paths of somebody's machine.", Find(MachinePath(), TextExtensions));

    [Fact]
    public void No_address_of_a_registry() =>
        Report.None(
            "Package and image registries are configuration of the machine, not of the tree.",
            Find(RegistryAddress(), TextExtensions)
        );

    [Fact]
    public void Lock_files_hold_no_address() =>
        Report.None(
            "A lock file pins content by its hash; where it comes from is the machine's affair.",
            tree.Files.Where(file => Path.GetFileName(file) is "packages.lock.json" or "package-lock.json")
                .Where(file =>
                    tree.Read(file).Contains("://", StringComparison.Ordinal) && UrlOfPackage().IsMatch(tree.Read(file))
                )
        );

    IEnumerable<string> Find(Regex words, params string[] extensions) =>
        from file in tree.WithExtension(extensions)
        where file != ThisFile
        from line in tree.ReadLines(file).Select((text, index) => (text, number: index + 1))
        where words.IsMatch(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}";

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Promise();

    [GeneratedRegex(@"(?<![\w.}])/(home|Users|work|root)/\w|\b[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(
        @"registry\.(npm(js|mirror)|k8s)|nuget\.org|docker\.io|\bg(hcr|cr)\.io|mcr\.microsoft|quay\.io|proxy\.golang"
    )]
    private static partial Regex RegistryAddress();

    [GeneratedRegex("\"resolved\"\\s*:\\s*\"https?://")]
    private static partial Regex UrlOfPackage();
}
