using Operator.Api.Conditions;
using Operator.Api.Groups;
using Operator.Api.Rules;
using Operator.Api.Topics;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>Decides what to do about a Group. A pure function of what was seen.</summary>
public static class GroupPlanner
{
    /// <summary>The name of a Group on the brokers.</summary>
    public static string RealName(Group group) => group.Spec.GroupName ?? group.Metadata.Name!;

    /// <summary>Plans one pass.</summary>
    public static RemotePlan<GroupStatus, GroupSettings> Plan(RemoteObservation<Group, GroupSettings> seen)
    {
        var group = seen.Entity;
        var spec = group.Spec;
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
            Violations = Violations(group),
            IsReserved = _ => TopicNames.IsReservedGroup(RealName(group)),
            Limit = _ => null,
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
        var status = new GroupStatus
        {
            GroupName = subject.RealName,
            Backlog = verdict.IsTrue ? seen.Entity.Status?.Backlog : null,
            OffsetReset = seen.Entity.Status?.OffsetReset,
            ObservedGeneration = subject.Metadata.Generation,
            Conditions = conditions,
        };
        return new(StatusJson.Same(seen.Entity.Status, status) ? null : status, events);
    }

    static IReadOnlyList<Violation> Violations(Group group)
    {
        var violations = Validation.Of(group, before: null, GroupRules.All);
        return group.Status?.GroupName is { } was && was != RealName(group)
            ?
            [
                .. violations,
                new Violation("spec.groupName", $"cannot be changed: set it back to {was}, or create another resource"),
            ]
            : violations;
    }
}
