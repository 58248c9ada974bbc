using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>Can a client send and receive now?</summary>
static class AvailableCondition
{
    public static Verdict Judge(InstanceFacts facts)
    {
        if (facts.Deleting)
            return Verdict.False(Reason.Deleting, "The instance is being deleted");
        if (facts.Unseen is { } cause)
            return Verdict.Unknown(Reason.NotObserved, $"What exists was not seen: {cause}");
        if (!facts.HasNameServer)
            return Verdict.False(Reason.NoNameServer, "No name server is ready");
        if (!facts.Groups.Any(g => g.HasMaster))
            return Verdict.False(Reason.NoMaster, "No broker group has a master that is ready");
        var serving = facts.Groups.Count(g => g.Serves);
        if (serving > 0)
            return Verdict.True(
                Reason.Serving,
                $"Clients can send and receive through {serving} of "
                    + Sentence.Count(facts.Groups.Count, "broker group")
            );
        var unseen = facts.Groups.SelectMany(g => g.Unseen).Distinct().ToList();
        return unseen.Count > 0
            ? Verdict.Unknown(Reason.NotObserved, $"{Sentence.Names(unseen)} did not answer the operator")
            : Verdict.False(Reason.Registering, "No name server knows a master yet");
    }
}
