using System.Text.RegularExpressions;

namespace Tidy;

/// <summary>`make` is the only door: what it offers is described by `make help` and in the documents.</summary>
public sealed partial class MakeTests
{
    readonly SourceTree tree = SourceTree.Load();

    [Fact]
    public void Every_target_says_what_it_does() =>
        Report.None(
            "Targets without a `## description`.",
            Targets().Where(target => target.Description.Length == 0).Select(target => target.Name)
        );

    [Fact]
    public void The_documents_mention_every_target()
    {
        var documents = string.Concat(tree.WithExtension(".md").Select(tree.Read));
        Report.None(
            "Targets that no document mentions.",
            Targets()
                .Select(target => target.Name)
                .Where(name => !documents.Contains($"make {name}", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void The_documents_mention_no_target_that_does_not_exist()
    {
        var known = Targets().Select(target => target.Name).ToHashSet(StringComparer.Ordinal);
        Report.None(
            "`make …` in a document, but not in the Makefile.",
            from file in tree.WithExtension(".md")
            from Match mention in Mention().Matches(tree.Read(file))
            where !known.Contains(mention.Groups["target"].Value)
            select $"{file}: {mention.Value}"
        );
    }

    [Fact]
    public void Links_between_documents_lead_somewhere() =>
        Report.None(
            "Broken links.",
            from file in tree.WithExtension(".md")
            from Match link in Link().Matches(tree.Read(file))
            let target = link.Groups["path"].Value
            where !target.Contains("://", StringComparison.Ordinal) && target.Length > 0
            let path = Path.Combine(tree.Root, Path.GetDirectoryName(file) ?? "", target)
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{file}: {target}"
        );

    IEnumerable<(string Name, string Description)> Targets() =>
        from Match target in Target().Matches(tree.Read("Makefile"))
        select (target.Groups["name"].Value, target.Groups["description"].Value.Trim());

    [GeneratedRegex(
        @"^(?<name>[a-z][a-z-]*):[^=\n#]*(##(?<description>.*))?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Target();

    [GeneratedRegex(@"`make (?<target>[a-z-]+)[^`]*`")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)(#[^)]*)?\)")]
    private static partial Regex Link();
}
