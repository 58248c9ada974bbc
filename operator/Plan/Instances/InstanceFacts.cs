using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Plan.Actions;
using Operator.Plan.Instances.Children;

namespace Operator.Plan.Instances;

/// <summary>What the conditions of an instance are judged from.</summary>
sealed record InstanceFacts
{
    /// <summary>The spec.</summary>
    public required InstanceModel Model { get; init; }

    /// <summary>The instance or its namespace goes; nothing is done.</summary>
    public bool Deleting { get; init; }

    /// <summary>What its deletion waits for, as a sentence; null when it waits for nothing.</summary>
    public string? DeletionWaits { get; init; }

    /// <summary>Why the children were not seen; null when they were.</summary>
    public string? Unseen { get; init; }

    /// <summary>What keeps the spec from being carried out.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>The spec is invalid and no earlier one is known: nobody can say what should exist.</summary>
    public bool HasNoValidSpec { get; init; }

    /// <summary>Children that should exist and do not, as <see cref="PlannedAction.Child"/>.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The name servers by ordinal.</summary>
    public IReadOnlyList<PodFact> NameServers { get; init; } = [];

    /// <summary>The groups by number.</summary>
    public IReadOnlyList<GroupFact> Groups { get; init; } = [];

    /// <summary>Pods that run an older template.</summary>
    public IReadOnlyList<string> Outdated { get; init; } = [];

    /// <summary>Pods that never worked and run an older template: they are replaced.</summary>
    public IReadOnlyList<V1Pod> Stuck { get; init; } = [];

    /// <summary>What volumes cannot be made to be.</summary>
    public IReadOnlyList<string> StorageDifferences { get; init; } = [];

    /// <summary>Groups beyond the wanted number.</summary>
    public IReadOnlyList<BrokerGroup> Kept { get; init; } = [];

    /// <summary>Writes that wait because the instance is paused.</summary>
    public int Waiting { get; init; }

    /// <summary>Writes that failed in this pass.</summary>
    public IReadOnlyList<ActionFailure> Failures { get; init; } = [];

    /// <summary>What brokers say of configuration that they do not know.</summary>
    public IReadOnlyList<string> IgnoredSettings { get; init; } = [];

    /// <summary>Pods are on their way for longer than a process without data needs.</summary>
    public bool Overdue { get; init; }

    /// <summary>All pods that should exist.</summary>
    public IEnumerable<PodFact> Pods => NameServers.Concat(Groups.SelectMany(g => g.Pods));

    /// <summary>Some name server is ready.</summary>
    public bool HasNameServer => NameServers.Any(p => p.IsReady);

    /// <summary>Judges what was seen.</summary>
    public static InstanceFacts Of(
        InstanceModel model,
        InstanceObservation seen,
        InstanceChildren children,
        ChildList? list
    )
    {
        var overdue = IsOverdue(seen);
        var outdated = list is null ? OutdatedPods.None : OutdatedPods.Of(list, children, model, overdue, seen.Now);
        var pods = children.Pods.ToDictionary(p => p.Metadata.Name!);
        var volumeStartup = StartupBudget.OfVolume(model.Spec.Brokers.Storage.Size);
        var nameServers = Enumerable
            .Range(0, model.NameServers)
            .Select(i => Judge(model.Names.NameServer(i), StartupBudget.Least))
            .ToList();
        var asked = nameServers.Where(p => p.IsReady).Select(p => p.Name).ToList();
        var live = ServiceAddresses.Live(model, children);
        var groups = model.Groups.Select(group =>
        {
            var judged = Enumerable
                .Range(0, model.Replicas)
                .Select(i => WithVolume(Judge(group.Pod(i), volumeStartup), group.Claim(i), children))
                .ToList();
            var election = GroupElection.Read(children.Leases.FirstOrDefault(l => l.Metadata.Name == group.Name));
            var address = live.GetValueOrDefault(group.MasterService(election.Epoch));
            return new GroupFact(
                group,
                election,
                judged,
                [.. asked.Where(ns => View(seen, ns) is { } view && Leads(view, group, address))],
                [.. asked.Where(ns => View(seen, ns) is { } view && !Leads(view, group, address))],
                [.. asked.Where(ns => View(seen, ns) is null)]
            );
        });
        return new InstanceFacts
        {
            Model = model,
            NameServers = nameServers,
            Groups = [.. groups],
            Kept = [.. model.Groups.Where(g => g.Number >= model.Spec.Brokers.Groups)],
            Outdated = outdated.Waiting,
            Stuck = outdated.Stuck,
            StorageDifferences = list is null ? [] : [.. list.StatefulSets.SelectMany(s => s.Differences)],
            Missing = list?.Missing ?? [],
            IgnoredSettings = Ignored(seen),
            Overdue = overdue,
        };

        PodFact Judge(string name, TimeSpan startup) =>
            outdated.Temper(PodJudge.Judge(name, pods.GetValueOrDefault(name), startup, overdue, seen.Now));
    }

    static IReadOnlyList<string> Ignored(InstanceObservation seen) =>
        [
            .. seen
                .Brokers.Values.Where(b => b.IsKnown)
                .SelectMany(b => b.Value.IgnoredSettings ?? [])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>
    /// The scheduler says that a volume is missing, and not which: what keeps it is in the events of its claim.
    /// </summary>
    static PodFact WithVolume(PodFact pod, string claim, InstanceChildren children)
    {
        var found = children.Claims.FirstOrDefault(c => c.Metadata.Name == claim);
        if (pod.Cause != Reason.Unschedulable || found is null || found.Status?.Phase == "Bound")
            return pod;
        var @class = found.Spec?.StorageClassName is { Length: > 0 } name ? $"class {name}" : "no storage class";
        return pod with
        {
            Detail = $"{pod.Detail}. Its volume claim {claim} ({@class}) is not bound: kubectl describe pvc says why",
        };
    }

    /// <summary>
    /// The route must lead to the Service of the present epoch: the other one is for clients of the epoch before.
    /// </summary>
    static bool Leads(NameServerView view, BrokerGroup group, string? address) =>
        view.Masters.TryGetValue(group.Name, out var known)
        && (address is null || known == $"{address}:{Ports.Broker}" || known == $"[{address}]:{Ports.Broker}");

    static NameServerView? View(InstanceObservation seen, string pod) =>
        seen.NameServers.TryGetValue(pod, out var view) && view.IsKnown ? view.Value : null;

    /// <summary>
    /// By the conditions that were written last: a clock of its own in the status would change it for ever. What is
    /// overdue progresses no more, and stays overdue.
    /// </summary>
    static bool IsOverdue(InstanceObservation seen)
    {
        var before = seen.Instance.Status?.Conditions ?? [];
        return before.Any(c =>
            c is { Type: nameof(ConditionType.Degraded), Status: "True", Reason: nameof(Reason.PodsNotReady) }
            || c is { Type: nameof(ConditionType.Progressing), Status: "True" }
                && seen.Now.UtcDateTime - c.LastTransitionTime > StartupBudget.Least
        );
    }
}
