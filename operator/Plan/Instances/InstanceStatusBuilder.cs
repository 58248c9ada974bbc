using System.Globalization;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Instances.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances;

/// <summary>Puts a status together from the facts of one pass. Equal facts give equal statuses.</summary>
static class InstanceStatusBuilder
{
    public static (InstanceStatus Status, ConditionSet Conditions) Build(
        InstanceFacts facts,
        InstanceObservation seen,
        InstanceChildren children
    )
    {
        var instance = seen.Instance;
        var before = instance.Status;
        var conditions = new ConditionSet(
            ResourceKinds.Instance,
            before?.Conditions,
            instance.Metadata.Generation,
            seen.Now
        );
        Judge(facts, conditions);
        var known = facts.Unseen is null;
        var status = new InstanceStatus
        {
            InstanceId = InstanceNames.InstanceId(instance.Metadata.Uid!),
            ObservedGeneration = instance.Metadata.Generation,
            LastValidSpec = LastValidSpec.Next(facts, instance),
            Conditions = conditions.Build(),
            Phase = Phase(facts, conditions, before?.Phase ?? InstancePhase.Pending),
            Version = Version(seen) ?? before?.Version,
            Endpoints = !facts.HasNoValidSpec ? Endpoints(facts.Model) : before?.Endpoints,
            NameServers = known ? Count(facts.NameServers) : before?.NameServers,
            Brokers = known ? Count([.. facts.Groups.SelectMany(g => g.Pods)]) : before?.Brokers,
            Groups = known ? [.. facts.Groups.Select(Group)] : before?.Groups,
            Addresses = known ? Addresses(facts.Model, before, children) : before?.Addresses,
        };
        return (status, conditions);
    }

    static void Judge(InstanceFacts facts, ConditionSet conditions)
    {
        var applied = ConfigurationAppliedCondition.Judge(facts);
        var degraded = DegradedCondition.Judge(facts);
        var progressing = ProgressingCondition.Judge(facts);
        var ready = ReadyCondition.Judge(facts, applied, degraded, progressing);
        var stalled = KstatusConditions.Stalled(facts, applied);
        conditions.Set(ConditionType.Ready, ready);
        conditions.Set(ConditionType.Available, AvailableCondition.Judge(facts));
        conditions.Set(ConditionType.Progressing, progressing);
        conditions.Set(ConditionType.Degraded, degraded);
        conditions.Set(ConditionType.ConfigurationApplied, applied);
        conditions.Set(ConditionType.PodsOutdated, PodsOutdatedCondition.Judge(facts));
        conditions.Set(ConditionType.Stalled, stalled);
        conditions.Set(ConditionType.Reconciling, KstatusConditions.Reconciling(ready, progressing, stalled));
        if (facts.IgnoredSettings.Count > 0)
            conditions.Set(
                ConditionType.Warning,
                Verdict.True(
                    Reason.SettingsIgnored,
                    $"Brokers ignore a part of spec.brokers.config: {string.Join(' ', facts.IgnoredSettings)}"
                )
            );
        if (facts.Model.Spec.Paused)
            conditions.Set(
                ConditionType.Paused,
                Verdict.True(Reason.PausedBySpec, "Nothing is changed until spec.paused is false")
            );
    }

    static InstancePhase Phase(InstanceFacts facts, ConditionSet conditions, InstancePhase before)
    {
        if (facts.Deleting)
            return InstancePhase.Deleting;
        if (
            conditions[ConditionType.ConfigurationApplied] is
            { Reason: Reason.InvalidSpec or Reason.RefusedByApiServer }
        )
            return InstancePhase.Invalid;
        if (facts.Model.Spec.Paused)
            return InstancePhase.Paused;
        if (conditions[ConditionType.Degraded] is { IsTrue: true })
            return InstancePhase.Degraded;
        if (conditions[ConditionType.Ready] is { IsTrue: true })
            return InstancePhase.Running;
        if (facts.Unseen is not null)
            return before;
        return before is InstancePhase.Pending or InstancePhase.Creating
            ? InstancePhase.Creating
            : InstancePhase.Updating;
    }

    /// <summary>Several only while brokers of two versions run.</summary>
    static string? Version(InstanceObservation seen)
    {
        var versions = seen
            .Brokers.Values.Where(b => b.IsKnown)
            .Select(b => b.Value.Version)
            .Distinct()
            .Order(StringComparer.Ordinal);
        return string.Join(", ", versions) is { Length: > 0 } text ? text[..Math.Min(text.Length, 128)] : null;
    }

    static EndpointsStatus Endpoints(InstanceModel model)
    {
        var names = model.Names;
        var pods = Enumerable
            .Range(0, model.NameServers)
            .Select(names.NameServer)
            .Concat(model.Groups.SelectMany(g => Enumerable.Range(0, model.Replicas).Select(g.Pod)));
        return new EndpointsStatus
        {
            NameServers = names.NameServerList(model.NameServers),
            NameServerDiscovery = $"http://{names.Host(names.NameServers)}:{Ports.Http}/rocketmq/nsaddr",
            Metrics = [.. pods.Take(100).Select(pod => $"http://{names.Host(pod)}:{Ports.Http}/metrics")],
        };
    }

    static string Count(IReadOnlyList<PodFact> pods) =>
        string.Create(CultureInfo.InvariantCulture, $"{pods.Count(p => p.IsReady)}/{pods.Count}");

    static BrokerGroupStatus Group(GroupFact fact) =>
        new()
        {
            Name = fact.Group.Name,
            Master = fact.Election.Master,
            Epoch = fact.Election.Epoch > 0 ? fact.Election.Epoch : null,
            InSync = fact.Election.InSync,
            Replicas =
            [
                .. fact.Pods.Select(p => new ReplicaStatus
                {
                    Pod = p.Name,
                    Role = fact.RoleOf(p.Name),
                    State = p.State,
                }),
            ],
        };

    /// <summary>The live addresses, and for a Service that is missing just now the one it had.</summary>
    static SortedDictionary<string, string> Addresses(
        InstanceModel model,
        InstanceStatus? before,
        InstanceChildren children
    )
    {
        var addresses = ServiceAddresses.Live(model, children);
        foreach (var name in model.Groups.SelectMany(g => ServiceAddresses.Names(g, model.Replicas)))
        {
            if (before?.Addresses?.TryGetValue(name, out var last) == true)
                addresses.TryAdd(name, last);
        }
        return addresses;
    }
}
