using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Api.Topics;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>Decides what to do about a Group. A pure function of what was seen.</summary>
public static class GroupPlanner
{
    /// <summary>The name of a Group on the brokers.</summary>
    public static string RealName(Group group) => group.Spec.GroupName ?? group.Metadata.Name!;

    /// <summary>
    /// Whether a Group takes its name from others: it lives, and nothing but them keeps it from being carried out.
    /// </summary>
    public static bool Claims(Group group, RocketMQInstance instance) =>
        group.Metadata.DeletionTimestamp is null
        && group.Spec.Management == Management.Managed
        && instance.Spec.Access.Allows(group.Metadata.NamespaceProperty!, instance.Metadata.NamespaceProperty!)
        && !TopicNames.IsReservedGroup(RealName(group));

    /// <summary>Plans one pass.</summary>
    public static RemotePlan<GroupStatus, GroupSettings> Plan(RemoteObservation<Group, GroupSettings> seen)
    {
        var group = seen.Entity;
        var spec = group.Spec;
        var violations = Violations(group);
        var subject = new RemoteSubject<GroupSettings>
        {
            Kind = ResourceKinds.Group,
            Word = "group",
            Metadata = group.Metadata,
            Reference = spec.InstanceRef,
            RealName = RealName(group),
            DeletionPolicy = spec.DeletionPolicy,
            Management = spec.Management,
            Before = group.Status?.Conditions,
            Violations = violations,
            Warning = OffsetResetPlanner.Warning(spec.OffsetReset, Reset(group, violations)),
            IsReserved = _ => TopicNames.IsReservedGroup(RealName(group)),
            Limit = _ => null,
            Differences = Differences,
            Wish = (_, _) =>
                new Wish<GroupSettings>(
                    new GroupSettings(spec.ConsumeEnabled, spec.BroadcastEnabled, spec.MaxRetries, spec.Orderly)
                ),
        };
        var decision = RemoteRules.Decide(subject, seen);
        return new(
            decision.Changes,
            decision.Finalizer,
            decision.WakeAfter,
            failures => Outcome(subject, decision, failures, seen)
        );
    }

    static IEnumerable<string> Differences(GroupSettings has, GroupSettings wanted)
    {
        if (has.ConsumeEnabled != wanted.ConsumeEnabled)
            yield return $"consumeEnabled {Text(has.ConsumeEnabled)}";
        if (has.BroadcastEnabled != wanted.BroadcastEnabled)
            yield return $"broadcastEnabled {Text(has.BroadcastEnabled)}";
        if (has.MaxRetries != wanted.MaxRetries)
            yield return $"maxRetries {has.MaxRetries} instead of {wanted.MaxRetries}";
        if (has.IsOrderly != wanted.IsOrderly)
            yield return $"orderly {Text(has.IsOrderly)}";

        static string Text(bool held) => held ? "true instead of false" : "false instead of true";
    }

    static RemoteOutcome<GroupStatus> Outcome(
        RemoteSubject<GroupSettings> subject,
        RemoteDecision<GroupSettings> decision,
        IReadOnlyList<RemoteFailure> failures,
        RemoteObservation<Group, GroupSettings> seen
    )
    {
        if (RemoteConditions.After(decision.Verdict, failures) is not { } verdict)
            return new(null, decision.Events);
        var (conditions, events) = RemoteConditions.Build(
            subject,
            verdict,
            failures.Count == 0 ? decision.Events : [],
            seen.Now
        );
        var before = seen.Entity.Status;
        // A refused change must be known by what was before it in the next pass too.
        var isRefused = subject.Violations.Count > 0;
        var status = new GroupStatus
        {
            GroupName = isRefused ? before?.GroupName : subject.RealName,
            InstanceRef = isRefused ? before?.InstanceRef : seen.Entity.Spec.InstanceRef,
            Backlog = verdict.IsTrue ? before?.Backlog : null,
            OffsetReset = Reset(seen.Entity, subject.Violations),
            ObservedGeneration = subject.Metadata.Generation,
            Conditions = conditions,
        };
        return new(StatusJson.Same(before, status) ? null : status, events);
    }

    static OffsetResetStatus? Reset(Group group, IReadOnlyList<Violation> violations) =>
        violations.Count > 0
            ? group.Status?.OffsetReset
            : OffsetResetPlanner.Noted(group.Status?.OffsetReset, group.Spec);

    static IReadOnlyList<Violation> Violations(Group group) => Validation.Of(group, CarriedOut(group), GroupRules.All);

    /// <summary>The group as it was carried out last, as far as rules ask; null before the first time.</summary>
    static Group? CarriedOut(Group group) =>
        group.Status is { GroupName: { } name } was
        && History.Counts(group.Metadata, was.ObservedGeneration, was.Conditions)
            ? new Group
            {
                Metadata = group.Metadata,
                Spec = group.Spec with
                {
                    InstanceRef = was.InstanceRef ?? group.Spec.InstanceRef,
                    GroupName = name == RealName(group) ? group.Spec.GroupName : name,
                    OffsetReset = was.OffsetReset?.Wish,
                },
            }
            : null;
}
