using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>The pair that generic tools read: both absent in steady state, never both present.</summary>
static class KstatusConditions
{
    /// <summary>Only a person can help.</summary>
    public static Verdict? Stalled(InstanceFacts facts, Verdict applied) =>
        applied.IsFalse
        && !facts.Deleting
        && applied.Reason is not (Reason.ApplyFailed or Reason.PausedBySpec or Reason.RollPending)
            ? Verdict.True(applied.Reason, applied.Message)
            : null;

    /// <summary>Work goes on.</summary>
    public static Verdict? Reconciling(Verdict ready, Verdict? progressing, Verdict? stalled)
    {
        if (stalled is not null)
            return null;
        if (progressing is { IsTrue: true } underWay)
            return underWay;
        return ready.Reason == Reason.NotObserved ? Verdict.True(Reason.NotObserved, ready.Message) : null;
    }
}
