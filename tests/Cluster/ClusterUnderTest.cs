using System.Text.Json.Nodes;
using Clients;

[assembly: AssemblyFixture(typeof(Cluster.ClusterUnderTest))]

namespace Cluster;

/// <summary>
/// A Kubernetes with our definitions and an operator of this run, which watches only the namespaces of this run:
/// others may use the cluster at the same time, and several runs live side by side. Without a cluster every test is
/// skipped, with the reason.
/// </summary>
public sealed class ClusterUnderTest : IAsyncLifetime
{
    /// <summary>One namespace a test class: the operator wants to know them when it starts.</summary>
    static readonly string[] Purposes = ["quickstart", "healing", "topics", "groups", "members", "rebirth", "rules"];

    readonly string run = $"rmq-{Guid.NewGuid():N}"[..10];
    string? missing;
    Version version = new();

    public string OperatorImage { get; private set; } = "";

    public string BrokerImage { get; private set; } = "";

    public IEnumerable<string> WatchedNamespaces => Purposes.Select(purpose => $"{run}-{purpose}");

    public string OperatorNamespace => $"{run}-operator";

    /// <summary>A folder for whatever the run leaves behind; removed at its end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rocketmq-cluster-").FullName;

    /// <summary>Whether the API server itself enforces the rules of the definitions: it knows CEL since 1.25.</summary>
    public bool KnowsRules => version >= new Version(1, 25);

    /// <summary>The namespace of a test class; skips the test where there is no cluster.</summary>
    public string Namespace(string purpose)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        Assert.Contains(purpose, Purposes);
        return $"{run}-{purpose}";
    }

    public void SkipWithoutCluster() => Assert.SkipWhen(missing is not null, missing ?? "");

    /// <summary>Skips where neither the cluster nor the machine has helm, as with Debian's packages alone.</summary>
    public async Task SkipWithoutHelmAsync()
    {
        SkipWithoutCluster();
        var (code, _, errors) = await Kubectl.ScriptAsync(["tool", "helm", "version", "--short"]);
        Assert.SkipWhen(code != 0, errors.Trim());
    }

    public async ValueTask InitializeAsync()
    {
        var (code, _, errors) = await Kubectl.ScriptAsync(["kubeconfig"]);
        if (code != 0)
        {
            missing = errors.Trim();
            return;
        }
        await ReadImagesAsync();
        version = await Kubectl.ServerVersionAsync();
        await CreateNamespaceAsync(OperatorNamespace);
        foreach (var purpose in Purposes)
            await CreateNamespaceAsync($"{run}-{purpose}");
        await Kubectl.ToolAsync(
            "kubectl",
            await ManifestsAsync(),
            "apply",
            "--server-side",
            "--force-conflicts",
            "-f",
            "-"
        );
        await Kubectl.RunAsync(
            "--namespace",
            OperatorNamespace,
            "rollout",
            "status",
            "deployment/rocketmq-operator",
            "--timeout=120s"
        );
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        if (missing is not null)
            return;
        // Their tests have emptied them; the definitions stay, others may use them.
        foreach (var purpose in Purposes)
            await Kubectl.RunAsync("delete", "namespace", $"{run}-{purpose}", "--wait=true", "--timeout=180s");
        var shared = $"rocketmq-operator-{OperatorNamespace}";
        await Kubectl.RunAsync("delete", "clusterrole,clusterrolebinding", shared);
        await Kubectl.RunAsync("delete", "namespace", OperatorNamespace, "--wait=false");
    }

    /// <summary>What `make manifests` writes, for this run.</summary>
    public async Task<string> ManifestsAsync()
    {
        List<string> arguments =
        [
            "generate",
            "manifests",
            "--namespace",
            OperatorNamespace,
            "--operator-image",
            OperatorImage,
            "--image",
            BrokerImage,
            "--kubernetes",
            version.ToString(),
        ];
        foreach (var purpose in Purposes)
            arguments.AddRange(["--watch-namespace", $"{run}-{purpose}"]);
        var program = Path.Combine(
            Checkout.Root,
            "artifacts/publish/Operator.Host/release_linux-x64/rocketmq-operator"
        );
        await using var generate = ChildProcess.Start(program, arguments, Folder);
        var lines = await generate.ReadToEndAsync(TimeSpan.FromSeconds(60));
        return string.Join('\n', lines);
    }

    async Task CreateNamespaceAsync(string name)
    {
        await Kubectl.RunAsync("create", "namespace", name);
        await Kubectl.RunAsync("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
    }

    async Task ReadImagesAsync()
    {
        var file = Path.Combine(Checkout.Root, "artifacts", "images", "names.sh");
        Assert.True(File.Exists(file), "There are no images: `make images`.");
        var names = File.ReadAllLines(file)
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        OperatorImage = await NameInClusterAsync(names["OPERATOR_IMAGE"]);
        BrokerImage = await NameInClusterAsync(names["BROKER_IMAGE"]);
    }

    /// <summary>A cluster that pulls from a registry knows an image by another name than the archive does.</summary>
    static async Task<string> NameInClusterAsync(string image)
    {
        var (code, output, errors) = await Kubectl.ScriptAsync(["image", image]);
        Assert.True(code == 0, errors);
        return output.Trim();
    }
}
