using Clients;
using YamlDotNet.RepresentationModel;

namespace Cluster;

/// <summary>The chart makes what `make manifests` makes, and comes and goes as Helm users expect.</summary>
public sealed class ChartTests(ClusterUnderTest cluster)
{
    const string Release = "rocketmq-operator";

    static readonly string Chart = Path.Combine(Checkout.Root, "charts", "rocketmq-operator");

    [Fact]
    public async Task The_chart_renders_to_the_objects_of_the_manifests()
    {
        await cluster.SkipWithoutHelmAsync();
        var rendered = await HelmAsync("template", Release, [Chart, .. Values(install: true)]);
        var manifests = await cluster.ManifestsAsync();
        // The namespace is Helm's own affair (`--create-namespace`), and no object of the chart.
        var expected = Objects(manifests).Where(name => !name.StartsWith("Namespace ", StringComparison.Ordinal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), Objects(rendered).Order(StringComparer.Ordinal));
        Assert.Equal(Rules(manifests), Rules(rendered));
    }

    [Fact]
    public async Task A_release_is_installed_upgraded_and_removed()
    {
        await cluster.SkipWithoutHelmAsync();
        var space = $"{cluster.OperatorNamespace}-chart";
        await Kubectl.RunAsync("create", "namespace", space);
        try
        {
            await Kubectl.RunAsync("label", "namespace", space, "pod-security.kubernetes.io/enforce=restricted");
            string[] values = [.. Values(install: false, space), "--namespace", space, "--wait", "--timeout", "120s"];
            await HelmAsync("install", "second", [Chart, .. values]);
            await HelmAsync("upgrade", "second", [Chart, .. values, "--set", "replicas=2"]);
            var deployment = Assert.Single(await Kubectl.ListAsync(space, "deployment"));
            Assert.Equal(2, (int)deployment["status"]!["readyReplicas"]!);

            await HelmAsync("uninstall", "second", "--namespace", space, "--wait");
            Assert.Empty(await Kubectl.ListAsync(space, "deployment"));
            await Kubectl.RunAsync("get", "crd", "rocketmqinstances.rocketmq.io");
        }
        finally
        {
            await Kubectl.RunAsync("delete", "namespace", space, "--wait=false");
        }
    }

    static Task<string> HelmAsync(string verb, string release, params string[] arguments) =>
        Kubectl.ToolAsync("helm", input: "", [verb, release, .. arguments]);

    IEnumerable<string> Values(bool install, string? space = null)
    {
        var (repository, tag) = Split(cluster.OperatorImage);
        var (brokerRepository, brokerTag) = Split(cluster.BrokerImage);
        var watched = space ?? string.Join(',', cluster.WatchedNamespaces);
        return
        [
            .. (space is null ? (string[])["--namespace", cluster.OperatorNamespace] : []),
            "--set",
            $"crds.install={(install ? "true" : "false")},image.repository={repository},image.tag={tag}",
            "--set",
            $"broker.image.repository={brokerRepository},broker.image.tag={brokerTag}",
            "--set",
            $"watchNamespaces={{{watched}}}",
        ];
    }

    static (string Repository, string Tag) Split(string image)
    {
        var colon = image.LastIndexOf(':');
        return (image[..colon], image[(colon + 1)..]);
    }

    static IEnumerable<string> Objects(string yaml) =>
        Documents(yaml).Select(root => $"{Text(root, "kind")} {Text(Map(root, "metadata"), "name")}");

    /// <summary>
    /// The rights of all roles, as text: what the operator may do must not depend on how it was installed.
    /// </summary>
    static IEnumerable<string> Rules(string yaml) =>
        Documents(yaml)
            .Where(root => Text(root, "kind") is "Role" or "ClusterRole")
            .Select(root => $"{Text(Map(root, "metadata"), "name")}: {root.Children[new YamlScalarNode("rules")]}")
            .Order(StringComparer.Ordinal);

    static IEnumerable<YamlMappingNode> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>();
    }

    static YamlMappingNode Map(YamlMappingNode node, string key) =>
        (YamlMappingNode)node.Children[new YamlScalarNode(key)];

    static string Text(YamlMappingNode node, string key) =>
        ((YamlScalarNode)node.Children[new YamlScalarNode(key)]).Value ?? "";
}
