namespace Tidy;

/// <summary>What lies where, and what must not lie in the tree at all.</summary>
public sealed class TreeTests
{
    /// <summary>Golden files are small; anything larger is a build result or a download.</summary>
    const int MaxBinaryBytes = 256 * 1024;

    static readonly string[] TopLevel =
    [
        ".ci",
        ".config",
        ".csharpierignore",
        ".csharpierrc",
        ".editorconfig",
        ".gitattributes",
        ".gitignore",
        ".github",
        "ARCHITECTURE.md",
        "BannedSymbols.txt",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Directory.Build.props",
        "Directory.Packages.props",
        "LICENSE",
        "Makefile",
        "Operator.sln",
        "README.md",
        "broker",
        "charts",
        "crds",
        "docs",
        "examples",
        "global.json",
        "operator",
        "tests",
    ];

    static readonly string[] DrawerNames =
    [
        "Common",
        "Util",
        "Utils",
        "Utilities",
        "Helper",
        "Helpers",
        "Misc",
        "Shared",
        "Internal",
    ];

    readonly SourceTree tree = SourceTree.Load();

    [Fact]
    public void The_top_folder_holds_what_ARCHITECTURE_says() =>
        Report.None(
            "Not planned for the top folder.",
            tree.Files.Select(file => file.Split('/')[0])
                .Distinct(StringComparer.Ordinal)
                .Except(TopLevel, StringComparer.Ordinal)
        );

    [Fact]
    public void No_folder_is_a_drawer_for_everything() =>
        Report.None(
            "Folders say what is in them.",
            tree.Files.Where(file =>
                file.Split('/')[..^1].Intersect(DrawerNames, StringComparer.OrdinalIgnoreCase).Any()
            )
        );

    [Fact]
    public void Nothing_large_is_checked_in() =>
        Report.None(
            $"Larger than {MaxBinaryBytes / 1024} KiB: build it or restore it.",
            from file in tree.Files
            let bytes = new FileInfo(tree.FullPath(file)).Length
            where bytes > MaxBinaryBytes
            select $"{file}: {bytes} bytes"
        );

    [Fact]
    public void No_program_is_checked_in() =>
        Report.None(
            "Executables and libraries are built, not stored.",
            tree.Files.Where(file =>
                StartsWith(file, "\u007fELF") || StartsWith(file, "MZ") || StartsWith(file, "PK\u0003\u0004")
            )
        );

    [Fact]
    public void Every_text_file_ends_with_a_line_end() =>
        Report.None(
            "No line end at the end (git and diff dislike it).",
            from file in tree.WithExtension(".cs", ".md", ".sh", ".js", ".mjs", ".yaml", ".yml", ".props")
            let text = tree.Read(file)
            where text.Length > 0 && text[^1] != '\n'
            select file
        );

    [Fact]
    public void Shell_scripts_stop_at_the_first_error() =>
        Report.None(
            "`set -euo pipefail` is missing.",
            tree.Files.Where(file =>
                StartsWith(file, "#!/usr/bin/env bash")
                && !tree.Read(file).Contains("set -euo pipefail", StringComparison.Ordinal)
            )
        );

    bool StartsWith(string file, string magic)
    {
        Span<byte> head = stackalloc byte[32];
        using var stream = File.OpenRead(tree.FullPath(file));
        var read = stream.ReadAtLeast(head[..magic.Length], magic.Length, throwOnEndOfStream: false);
        return read == magic.Length && head[..read].SequenceEqual(System.Text.Encoding.Latin1.GetBytes(magic));
    }
}
