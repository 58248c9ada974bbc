using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>
/// Was everything in the spec applied, and does everything that it promises serve? False names the cause that is
/// nearest to
/// what a person can do.
/// </summary>
static class ReadyCondition
{
    static readonly Reason[] Foremost =
    [
        Reason.InvalidSpec,
        Reason.NameTaken,
        Reason.RefusedByApiServer,
        Reason.ApplyFailed,
        Reason.Deleting,
    ];

    public static Verdict Judge(InstanceFacts facts, Verdict applied, Verdict? degraded, Verdict? progressing)
    {
        if (Foremost.Contains(applied.Reason) || !applied.IsTrue && !applied.IsFalse)
            return applied;
        if (degraded is { IsTrue: true } broken)
            return Verdict.False(broken.Reason, broken.Message);
        if (progressing is { IsTrue: true } underWay)
            return Verdict.False(underWay.Reason, underWay.Message);
        var unseen = facts.Groups.SelectMany(g => g.Unseen).Distinct().ToList();
        if (unseen.Count > 0)
            return Verdict.Unknown(Reason.NotObserved, $"{Sentence.Names(unseen)} did not answer the operator");
        return applied.IsFalse && applied.Reason != Reason.RollPending
            ? applied
            : Verdict.True(Reason.AsExpected, Message(facts));
    }

    static string Message(InstanceFacts facts) =>
        $"{Sentence.Count(facts.NameServers.Count, "name server")} and "
        + $"{Sentence.Count(facts.Groups.Sum(g => g.Pods.Count), "broker")} serve";
}
