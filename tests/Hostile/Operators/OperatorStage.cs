using System.Text.Json.Nodes;
using Hostile.Brokers;
using Scenarios.ApiServer;
using Scenarios.Doubles;

namespace Hostile.Operators;

/// <summary>
/// A published operator as a child process, against the API server and the cluster of the scenarios, which live in this
/// process: calls are refused, delayed and cut, and the operator is frozen and killed.
/// </summary>
sealed class OperatorStage : IAsyncDisposable
{
    public const string Namespace = Stage.Namespace;

    readonly Scene scene;
    readonly string kubeconfig;

    OperatorStage(Scene scene, Stage stage)
    {
        this.scene = scene;
        Stage = stage;
        kubeconfig = Path.Combine(scene.Folder, "kubeconfig");
        File.WriteAllText(
            kubeconfig,
            $"""
            apiVersion: v1
            kind: Config
            current-context: trial
            clusters:
            - name: trial
              cluster:
                server: {stage.Server.Configuration.Host}
            users:
            - name: trial
            contexts:
            - name: trial
              context:
                cluster: trial
                user: trial

            """
        );
    }

    public Stage Stage { get; }

    public InMemoryApiServer Server => Stage.Server;

    public Faults Faults => Stage.Server.Faults;

    public ServerObjects Objects => Stage.Objects;

    public static async Task<OperatorStage> OpenAsync(Scene scene)
    {
        _ = scene.OperatorProgram; // skips before anything is made
        return scene.Own(new OperatorStage(scene, await Stage.OpenAsync()));
    }

    /// <summary>An operator that is not started yet.</summary>
    public BrokerProcess Operator(int number = 1)
    {
        int port = 8079 + number;
        return scene.Own(
            new BrokerProcess(scene.OperatorProgram, scene.Folder, $"operator-{number}", scene.Folder)
            {
                Port = port,
                Arguments =
                [
                    "run",
                    "--operand-image",
                    "rocketmq:test",
                    "--identity",
                    $"operator-{number}",
                    "--http-port",
                    $"{port}",
                    "--log-format",
                    "Text",
                ],
                Environment = { ["KUBECONFIG"] = kubeconfig },
            }
        );
    }

    public async Task<BrokerProcess> StartAsync(int number = 1)
    {
        var process = Operator(number);
        await process.StartAsync(scene.Ended);
        return process;
    }

    public Task UntilReadyAsync(double seconds = 90) =>
        scene.UntilAsync(() => Stage.AllReady() && HasChildren(), TimeSpan.FromSeconds(seconds), "everything is ready");

    /// <summary>Whether an object of a kind exists.</summary>
    public bool Has(string resource, string name) => Objects.Find(resource, Namespace, name) is not null;

    public JsonNode? At(string resource, string name, params string[] path)
    {
        JsonNode? node = Objects.Find(resource, Namespace, name);
        foreach (var part in path)
            node = node?[part];
        return node;
    }

    public string? Condition(string type, string what = "reason") =>
        Objects
            .Find("rocketmqinstances.rocketmq.io", Namespace, "orders")
            ?["status"]?["conditions"]?.AsArray()
            .FirstOrDefault(c => (string?)c!["type"] == type)
            ?[what]?.ToString();

    public void ChangeSpec(Action<JsonObject> change) =>
        Objects.Change(
            "rocketmqinstances.rocketmq.io",
            Namespace,
            "orders",
            json => change(json["spec"] as JsonObject ?? (JsonObject)(json["spec"] = new JsonObject()))
        );

    /// <summary>Calls since <paramref name="from"/> that changed something.</summary>
    public int WritesSince(int from) =>
        Server.Calls.All.Skip(from).Count(c => c.Verb is not ("get" or "list" or "watch") && c.Resource != Leases);

    public const string Leases = "leases.coordination.k8s.io";

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        await Stage.Cluster.DisposeAsync();
        await Server.DisposeAsync();
    }

    bool HasChildren() => Objects.Find("statefulsets.apps", Namespace, "orders-g0") is not null;
}
