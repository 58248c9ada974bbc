using System.Xml.Linq;

namespace Tidy;

/// <summary>
/// Which project may use which, as ARCHITECTURE.md draws it. The table below is the whole rule: an arrow that is not in
/// it is a decision to make, not a reference to add.
/// </summary>
public sealed class ArrowTests
{
    /// <summary>Project folder -> the project folders that it may reference.</summary>
    static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>(
        StringComparer.Ordinal
    )
    {
        ["operator/KubeClient"] = [],
        ["operator/Api"] = ["operator/KubeClient"],
        ["operator/Plan"] = ["operator/Api", "operator/KubeClient"],
        ["operator/Control"] =
        [
            "operator/Plan",
            "operator/Api",
            "operator/KubeClient",
            "broker/Remoting",
            "broker/Protocol",
        ],
        ["operator/Host"] =
        [
            "operator/Control",
            "operator/Plan",
            "operator/Api",
            "operator/KubeClient",
            "broker/Remoting",
        ],
        ["broker/Protocol"] = [],
        ["broker/Replication"] = [],
        ["broker/Telemetry"] = [],
        ["broker/Remoting"] = ["broker/Protocol"],
        ["broker/Store"] = ["broker/Protocol"],
        ["broker/Core"] = ["broker/Remoting", "broker/Store", "broker/Protocol", "broker/Replication"],
        ["broker/NameServer"] = ["broker/Remoting", "broker/Protocol"],
        ["broker/Router"] = ["broker/Remoting", "broker/Protocol"],
        ["broker/Gateway"] = ["broker/Remoting", "broker/Protocol"],
        ["broker/Cluster"] = ["operator/KubeClient", "broker/Replication"],
        ["broker/Host"] =
        [
            "broker/Cluster",
            "broker/Core",
            "broker/Gateway",
            "broker/NameServer",
            "broker/Protocol",
            "broker/Remoting",
            "broker/Replication",
            "broker/Router",
            "broker/Store",
            "operator/KubeClient",
        ],
    };

    /// <summary>Meters and metrics text: every part may count, so every part may use it.</summary>
    const string ForAll = "broker/Telemetry";

    readonly SourceTree tree = SourceTree.Load();

    [Fact]
    public void A_project_uses_only_what_the_architecture_allows() =>
        Report.None(
            "References that ARCHITECTURE.md does not allow.",
            from project in Projects()
            where !IsTest(project)
            from target in References(project)
            where target != ForAll
            where !Allowed.GetValueOrDefault(FolderOf(project), []).Contains(target, StringComparer.Ordinal)
            select $"{FolderOf(project)} -> {target}"
        );

    [Fact]
    public void Only_tests_use_a_host() =>
        Report.None(
            "Programs are not libraries.",
            from project in Projects()
            where !IsTest(project)
            from target in References(project)
            where target.EndsWith("/Host", StringComparison.Ordinal)
            select $"{FolderOf(project)} -> {target}"
        );

    [Fact]
    public void A_project_is_named_as_its_path() =>
        Report.None(
            "operator/Plan holds Operator.Plan.csproj, tests/Tidy holds Tidy.csproj.",
            from project in Projects()
            let expected = NameOf(FolderOf(project))
            where Path.GetFileNameWithoutExtension(project) != expected
            select $"{project}: {expected}.csproj"
        );

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = tree.Read("Operator.sln").Replace('\\', '/');
        Report.None(
            "Missing in Operator.sln (`dotnet sln add`).",
            Projects().Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Package_versions_stand_in_one_place() =>
        Report.None(
            "Versions belong into Directory.Packages.props.",
            from project in Projects()
            from package in XDocument.Parse(tree.Read(project)).Descendants("PackageReference")
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
            select $"{project}: {package.Attribute("Include")?.Value}"
        );

    IEnumerable<string> Projects() => tree.WithExtension(".csproj");

    IEnumerable<string> References(string project) =>
        from reference in XDocument.Parse(tree.Read(project)).Descendants("ProjectReference")
        let path = reference.Attribute("Include")!.Value.Replace('\\', '/')
        let full = Path.GetFullPath(Path.Combine(tree.FullPath(FolderOf(project)), path))
        select FolderOf(Path.GetRelativePath(tree.Root, full).Replace('\\', '/'));

    static bool IsTest(string project) => project.StartsWith("tests/", StringComparison.Ordinal);

    static string FolderOf(string project) => project[..project.LastIndexOf('/')];

    static string NameOf(string folder)
    {
        var name = folder.StartsWith("tests/", StringComparison.Ordinal) ? folder["tests/".Length..] : folder;
        return char.ToUpperInvariant(name[0]) + name[1..].Replace('/', '.');
    }
}
