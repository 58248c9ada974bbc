using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s;
using Operator.Host.Generate;
using Operator.Tests.Generate;
using Xunit;

namespace Operator.Tests.Chart;

/// <summary>
/// The chart renders the objects that <c>generate manifests</c> writes. Needs helm, alone or through E2E_CLUSTER.
/// </summary>
public sealed class ChartTests
{
    static readonly string ChartFolder = Path.Combine(Repository.Root, "charts/rocketmq-operator");

    [Fact]
    public async Task By_default_it_renders_the_plain_manifests() => await CompareAsync(new ManifestOptions(), []);

    [Fact]
    public async Task With_namespaces_it_renders_a_role_in_each() =>
        await CompareAsync(
            new ManifestOptions
            {
                Namespace = "here",
                WatchNamespaces = ["a", "b"],
                Crds = false,
                Image = "r/rocketmq:2",
                OperatorImage = "r/op:3",
            },
            [
                "--set",
                "watchNamespaces={a,b}",
                "--set",
                "crds.install=false",
                "--set",
                "broker.image.repository=r/rocketmq",
                "--set-string",
                "broker.image.tag=2",
                "--set",
                "image.repository=r/op",
                "--set-string",
                "image.tag=3",
            ]
        );

    [Theory]
    [InlineData("watchNamespaces=all")]
    [InlineData("replica=2")]
    [InlineData("resources.limits.memory=lots")]
    [InlineData("image.pullPolicy=Sometimes")]
    public async Task A_value_of_the_wrong_kind_is_refused(string value)
    {
        var (code, _, error) = await HelmAsync(["template", "x", ChartFolder, "--set", value]);

        Assert.NotEqual(0, code);
        Assert.Contains("schema", error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("256Mi", "8000000")]
    [InlineData("1Gi", "20000000")]
    [InlineData("0.5Gi", "10000000")]
    [InlineData("1G", "1DCD6500")]
    [InlineData("536870912", "10000000")]
    [InlineData("262144Ki", "8000000")]
    public async Task The_heap_has_half_of_the_memory_limit(string limit, string hexadecimal)
    {
        var (_, text, _) = await HelmAsync(["template", "x", ChartFolder, "--set", $"resources.limits.memory={limit}"]);

        Assert.Contains($"value: \"{hexadecimal}\"", text, StringComparison.Ordinal);
    }

    static async Task CompareAsync(ManifestOptions options, string[] arguments)
    {
        var (code, text, error) = await HelmAsync([
            "template",
            "rocketmq",
            ChartFolder,
            "--namespace",
            options.Namespace,
            // Without a cluster to ask, helm takes the version that it was built for.
            "--kube-version",
            options.Kubernetes.ToString(),
            .. arguments,
        ]);
        Assert.True(code == 0, error);
        var rendered = ReadYaml.All(text).ToDictionary(Key);
        var plain = Manifests
            .Build(options)
            .Select(o => KubernetesJson.SerializeToNode(o))
            .Where(n => n["kind"]!.ToString() != "Namespace")
            .ToList();

        Assert.Equal(plain.Select(Key).Order(StringComparer.Ordinal), rendered.Keys.Order(StringComparer.Ordinal));
        foreach (var expected in plain)
        {
            var actual = rendered[Key(expected)]!;
            if (expected["kind"]!.ToString() == "CustomResourceDefinition")
            {
                Assert.Equal("keep", actual["metadata"]!["annotations"]!["helm.sh/resource-policy"]!.ToString());
                actual["metadata"]!.AsObject().Remove("annotations");
            }
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{Key(expected)}:\n{expected}\n{actual}");
        }
    }

    static string Key(JsonNode? node) =>
        $"{node!["kind"]} {node["metadata"]!["namespace"]} {node["metadata"]!["name"]}";

    static async Task<(int Code, string Output, string Error)> HelmAsync(IReadOnlyList<string> arguments)
    {
        var (program, first) = Helm();
        Assert.SkipWhen(program is null, "helm is not in PATH, and E2E_CLUSTER names no program with a tool helm");
        var start = new ProcessStartInfo(program!, [.. first, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var helm = Process.Start(start)!;
        var output = helm.StandardOutput.ReadToEndAsync();
        var error = helm.StandardError.ReadToEndAsync();
        await helm.WaitForExitAsync();
        return (helm.ExitCode, await output, await error);
    }

    static (string? Program, string[] First) Helm()
    {
        if (Environment.GetEnvironmentVariable("E2E_CLUSTER") is { Length: > 0 } cluster)
            return (cluster, ["tool", "helm"]);
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return (folders.Select(f => Path.Combine(f, "helm")).FirstOrDefault(File.Exists), []);
    }
}
