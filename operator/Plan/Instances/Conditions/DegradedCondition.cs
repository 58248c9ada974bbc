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
        if (facts.HasNoValidSpec)
            return Verdict.Unknown(
                Reason.InvalidSpec,
                "Nobody can tell what should exist: the spec is invalid, and no earlier valid one is known"
            );
        if (Missing(facts) is { } missing)
            return missing;
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

    /// <summary>What does not exist and does not come back by itself.</summary>
    static Verdict? Missing(InstanceFacts facts)
    {
        if (facts.Missing.Count == 0)
            return null;
        if (facts.Waiting > 0)
            return Verdict.True(
                Reason.PausedBySpec,
                $"Missing while spec.paused is true: {Sentence.Names(facts.Missing)}"
            );
        var refused = facts.Failures.Where(f => f.IsRefusal).Select(f => f.Child).Intersect(facts.Missing).ToList();
        return refused.Count > 0
            ? Verdict.True(
                Reason.RefusedByApiServer,
                $"Missing, and the API server refuses to create: {Sentence.Names(refused)}"
            )
            : null;
    }
}
