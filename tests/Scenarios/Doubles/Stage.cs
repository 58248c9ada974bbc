using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Scenarios.ApiServer;
using Xunit;

namespace Scenarios.Doubles;

/// <summary>One scenario's world: an API server that knows the custom resources, and the cluster around it.</summary>
sealed class Stage : IAsyncDisposable
{
    public const string Namespace = "team";

    /// <summary>Generous: the machine may be busy, and nothing here depends on how long something takes.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    Stage(InMemoryApiServer server)
    {
        Server = server;
        Cluster = new ClusterDouble(server);
    }

    public InMemoryApiServer Server { get; }

    public ClusterDouble Cluster { get; }

    public ServerObjects Objects => Server.Objects;

    /// <param name="options">How the server differs from the usual.</param>
    /// <param name="change">Makes another definition of each one in crds/.</param>
    public static async Task<Stage> OpenAsync(ApiServerOptions? options = null, Action<JsonObject>? change = null)
    {
        var server = await InMemoryApiServer.StartAsync(options);
        foreach (var file in Directory.EnumerateFiles(CrdFolder(), "*.yaml"))
        foreach (var crd in KubernetesYaml.LoadAllFromString(await File.ReadAllTextAsync(file)))
        {
            change?.Invoke(crd.AsObject());
            server.Objects.Create("customresourcedefinitions.apiextensions.k8s.io", crd.AsObject());
        }
        return new Stage(server);
    }

    public void Create(string kind, string name, string spec, string @namespace = Namespace) =>
        Objects.Create(
            $"{kind}.rocketmq.io",
            new JsonObject
            {
                ["apiVersion"] = "rocketmq.io/v1alpha1",
                ["kind"] = kind switch
                {
                    "topics" => "Topic",
                    "groups" => "Group",
                    _ => "RocketMQInstance",
                },
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
                ["spec"] = JsonNode.Parse(spec),
            }
        );

    /// <summary>The quickstart: one instance, one topic, one group.</summary>
    public void CreateQuickstart()
    {
        Create("rocketmqinstances", "orders", "{}");
        Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");
        Create("groups", "readers", """{"instanceRef":{"name":"orders"}}""");
    }

    public RocketMQInstance Instance(string name = "orders", string @namespace = Namespace) =>
        Objects.Find<RocketMQInstance>(@namespace, name)!;

    public Topic Topic(string name = "payments", string @namespace = Namespace) =>
        Objects.Find<Topic>(@namespace, name)!;

    public Group Group(string name = "readers", string @namespace = Namespace) =>
        Objects.Find<Group>(@namespace, name)!;

    public IReadOnlyList<Corev1Event> Events() => Objects.List<Corev1Event>(Namespace);

    /// <summary>
    /// Whether everything there is says Ready of its present generation, and topics and groups what their clients see
    /// and do, which is the last that is written.
    /// </summary>
    public bool AllReady() =>
        Objects.List<RocketMQInstance>(Namespace).All(i => IsReady(i, i.Status?.Conditions))
        && Objects
            .List<Topic>(Namespace)
            .All(t => IsReady(t, t.Status?.Conditions) && Condition(t.Status?.Conditions, "Routed") is not null)
        && Objects
            .List<Group>(Namespace)
            .All(g => IsReady(g, g.Status?.Conditions) && Condition(g.Status?.Conditions, "Consuming") is not null);

    public static bool IsReady(IKubernetesObject<V1ObjectMeta> entity, IReadOnlyList<V1Condition>? conditions) =>
        Condition(conditions, "Ready") is { Status: "True" } ready
        && ready.ObservedGeneration == entity.Metadata.Generation;

    public static V1Condition? Condition(IReadOnlyList<V1Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(c => c.Type == type);

    /// <summary>Waits until something holds; fails with what it waited for and what is the case instead.</summary>
    public async Task UntilAsync(
        Func<bool> condition,
        [CallerArgumentExpression(nameof(condition))] string what = "",
        Func<string>? otherwise = null
    )
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience || !Cluster.Errors.IsEmpty)
                Assert.Fail($"still not: {what}; {otherwise?.Invoke() ?? Describe()}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    public Task UntilReadyAsync() => UntilAsync(AllReady, "everything is ready");

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Server.DisposeAsync();
        Assert.Empty(Cluster.Errors);
    }

    string Describe()
    {
        var own = Server.Objects.All().Where(o => o.Resource.EndsWith(".rocketmq.io", StringComparison.Ordinal));
        var calls = string.Join("\n", Server.Calls.All.TakeLast(20));
        var objects = string.Join("\n", own.Select(o => o.Object.ToJsonString()));
        return $"{objects}\nlast calls:\n{calls}\n{string.Join("\n", Cluster.Errors)}";
    }

    static string CrdFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "crds")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? ".", "crds");
    }
}
