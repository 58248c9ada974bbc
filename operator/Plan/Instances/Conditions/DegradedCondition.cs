using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>Does something not serve that should, and not come by itself?</summary>
static class DegradedCondition
{
    public static Verdict? Judge(InstanceFacts facts)
    {
        if (facts.Deleting)
            return null;
        if (facts.Unseen is { } cause)
            return Verdict.Unknown(Reason.NotObserved, $"The pods were not seen: {cause}");
        var failing = facts.Pods.Where(p => p.Cause is not null).ToList();
        if (failing is [var first, ..])
        {
            var others = failing.Count > 1 ? $"; also {Sentence.Names(failing.Skip(1).Select(p => p.Name))}" : "";
            return Verdict.True(first.Cause!.Value, $"Pod {first.Name} {first.Detail}{others}");
        }
        var headless = facts.Overdue
            ? facts.Groups.Where(g => !g.HasMaster && g.Pods.All(p => p.IsReady)).ToList()
            : [];
        return headless.Count > 0
            ? Verdict.True(
                Reason.NoMaster,
                $"{Sentence.Names(headless.Select(g => g.Group.Name))} elected no master; see the brokers' logs"
            )
            : Verdict.False(Reason.AsExpected, "Nothing is broken");
    }
}
