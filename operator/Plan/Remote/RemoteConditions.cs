using k8s.Models;
using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>
/// The conditions and events of a Topic or Group, from the decision and from what became of its changes.
/// </summary>
static class RemoteConditions
{
    static readonly Reason[] OfPeople =
    [
        Reason.InvalidSpec,
        Reason.NamespaceNotAllowed,
        Reason.Conflict,
        Reason.ReservedName,
        Reason.Differs,
        Reason.DeletionBlocked,
        Reason.LimitReached,
        Reason.FewerQueues,
    ];

    static readonly Reason[] OfTime =
    [
        Reason.InstanceNotReady,
        Reason.BrokerRefused,
        Reason.NotObserved,
        Reason.InstanceNotFound,
        Reason.Deleting,
    ];

    public static (IReadOnlyList<V1Condition> Conditions, IReadOnlyList<PlannedEvent> Events) Build<TSettings>(
        RemoteSubject<TSettings> subject,
        Verdict verdict,
        IReadOnlyList<PlannedEvent> others,
        DateTimeOffset now
    )
        where TSettings : struct
    {
        var set = new ConditionSet(subject.Kind, subject.Before, subject.Metadata.Generation, now);
        set.Set(ConditionType.Ready, verdict);
        set.Set(ConditionType.Synced, verdict);
        if (OfPeople.Contains(verdict.Reason))
            set.Set(ConditionType.Stalled, Verdict.True(verdict.Reason, verdict.Message));
        if (OfTime.Contains(verdict.Reason))
            set.Set(ConditionType.Reconciling, Verdict.True(verdict.Reason, verdict.Message));
        if (verdict.IsTrue)
        {
            // What clients see and do is looked at on its own, after this.
            set.Keep(ConditionType.Routed);
            set.Keep(ConditionType.Consuming);
            set.Keep(ConditionType.Consistent);
        }
        set.Set(ConditionType.Warning, subject.Warning);
        if (verdict.Reason == Reason.PausedBySpec)
            set.Set(ConditionType.Paused, Verdict.True(verdict.Reason, verdict.Message));
        return (set.Build(), [.. others, .. Transition(set.Before(ConditionType.Ready), verdict)]);
    }

    /// <summary>The verdict once it is known which changes failed.</summary>
    public static Verdict? After(Verdict? verdict, IReadOnlyList<RemoteFailure> failures) =>
        failures is [var first, ..]
            ? Verdict.False(Reason.BrokerRefused, $"{first.BrokerGroup}: {first.Message}")
            : verdict;

    static IEnumerable<PlannedEvent> Transition(V1Condition? before, Verdict verdict)
    {
        if (before is not null && before.Status == verdict.Status && before.Reason == verdict.Reason.ToString())
            yield break;
        if (verdict.IsTrue)
            yield return new PlannedEvent(false, verdict.Reason, verdict.Message);
        else if (OfPeople.Contains(verdict.Reason) || verdict.Reason == Reason.BrokerRefused)
            yield return new PlannedEvent(true, verdict.Reason, verdict.Message);
    }
}
