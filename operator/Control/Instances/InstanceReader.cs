using Broker.Protocol.Bodies;
using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Control.Admin;
using Operator.Control.Observe;
using Operator.KubeClient.Informers;
using Operator.Plan;
using Operator.Plan.Instances;

namespace Operator.Control.Instances;

/// <summary>
/// Observes an instance: its children from the caches, and one reading of each name server and each group's master.
/// </summary>
sealed class InstanceReader(
    ClusterCaches caches,
    BrokerAdmin brokers,
    NameServerAdmin nameServers,
    OperatorSettings settings,
    PlannerSettings planner,
    TimeProvider time,
    Random random
)
{
    /// <summary>
    /// After two and a half minutes of silence the server is asked, and it has half a minute to answer.
    /// </summary>
    static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(5);

    readonly Readings<BrokerView> _brokers = new(time, random);
    readonly Readings<NameServerView> _nameServers = new(time, new Random(random.Next()));

    /// <summary>What exists and what was said, as of now.</summary>
    public async Task<InstanceObservation> ObserveAsync(
        RocketMQInstance instance,
        bool namespaceTerminating,
        CancellationToken cancellationToken
    )
    {
        var key = ObjectKey.Of(instance);
        var children = caches.ChildrenOf(key);
        var owned = children.OwnedBy(instance.Metadata);
        var maxAge = IsReady(instance) ? settings.DriftPeriod / 2 : settings.SettlingAge;
        var servers = children.Pods.Where(PodAddresses.IsNameServer);
        return new InstanceObservation
        {
            Instance = instance,
            Settings = planner,
            Children = Blindness(key.Namespace) is { } cause
                ? Observed.Unknown<InstanceChildren>(cause)
                : Observed.Known(children),
            NameServers = await AllAsync(
                servers,
                p => p.Metadata.Name!,
                p => AskNameServerAsync(p, maxAge, cancellationToken)
            ),
            Brokers = await AllAsync(
                GroupMasters.Of(owned),
                m => m.Group,
                m => AskMasterAsync(m.Pod, maxAge, cancellationToken)
            ),
            NamespaceTerminating = namespaceTerminating,
            Now = time.GetUtcNow(),
        };
    }

    /// <summary>Why what the caches say of a namespace may not be so; null while it is.</summary>
    string? Blindness(string @namespace)
    {
        var age = caches.Age;
        return age > StaleAfter
            ? $"the API server has been silent for {(int)age.TotalMinutes} min"
            : caches.Refusal(@namespace);
    }

    /// <summary>Asks all sources at once; those that cannot be asked are left out.</summary>
    static async Task<Dictionary<string, Observed<TView>>> AllAsync<TSource, TView>(
        IEnumerable<TSource> sources,
        Func<TSource, string> name,
        Func<TSource, Task<Observed<TView>?>> ask
    )
    {
        var asked = await Task.WhenAll(sources.Select(async s => (Name: name(s), View: await ask(s))));
        return asked.Where(a => a.View is not null).ToDictionary(a => a.Name, a => a.View!.Value);
    }

    async Task<Observed<NameServerView>?> AskNameServerAsync(
        V1Pod pod,
        TimeSpan maxAge,
        CancellationToken cancellationToken
    )
    {
        if (!PodAddresses.IsReady(pod) || PodAddresses.Of(pod) is not { } address)
            return null;
        return await _nameServers.ReadAsync(
            pod.Metadata.Uid!,
            pod.Metadata.Name!,
            maxAge,
            async token => ViewOf(await nameServers.ReadClusterAsync(address, token)),
            cancellationToken
        );
    }

    async Task<Observed<BrokerView>?> AskMasterAsync(V1Pod pod, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (!PodAddresses.IsReady(pod) || PodAddresses.Of(pod) is not { } address)
            return null;
        return await _brokers.ReadAsync(
            pod.Metadata.Uid!,
            pod.Metadata.Name!,
            maxAge,
            async token => ViewOf(await brokers.ReadRuntimeAsync(address, token)),
            cancellationToken
        );
    }

    static NameServerView ViewOf(ClusterInfo cluster) =>
        new(
            cluster
                .Brokers.Where(b => b.BrokerAddrs.ContainsKey(0))
                .ToDictionary(b => b.BrokerName, b => b.BrokerAddrs[0])
        );

    static BrokerView ViewOf(IReadOnlyDictionary<string, string> runtime) =>
        new(
            runtime.GetValueOrDefault("brokerVersionDesc") ?? "",
            runtime.GetValueOrDefault("ignoredSettings")?.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );

    static bool IsReady(RocketMQInstance instance) =>
        instance.Status?.Conditions?.Any(c => c.Type == nameof(ConditionType.Ready) && c.Status == "True") == true;
}
