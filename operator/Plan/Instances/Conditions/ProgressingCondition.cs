using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>Is something on its way that needs nobody's help?</summary>
static class ProgressingCondition
{
    public static Verdict? Judge(InstanceFacts facts)
    {
        if (facts.Deleting || facts.Unseen is not null)
            return null;
        if (facts.Failures.Any(f => !f.IsRefusal))
            return Verdict.True(Reason.ApplyFailed, "Objects that could not be written are tried again");
        var starting = facts.Pods.Where(p => !p.IsReady && p.Cause is null).Select(p => p.Name).ToList();
        if (starting.Count > 0 && facts.Violations.Count == 0)
            return Verdict.True(Reason.PodsStarting, $"Waiting for {Sentence.Names(starting)}");
        return Registering(facts) is { } message
            ? Verdict.True(Reason.Registering, message)
            : Verdict.False(Reason.AsExpected, "Nothing is on its way");
    }

    /// <summary>What has yet to happen between ready brokers and ready name servers, or null.</summary>
    public static string? Registering(InstanceFacts facts)
    {
        foreach (var group in facts.Groups.Where(g => g.Pods.All(p => p.IsReady)))
        {
            if (!group.HasMaster)
                return $"{group.Group.Name} elects its master";
            if (group.UnknownAt.Count > 0)
                return $"{group.Group.Name} has not registered with {Sentence.Names(group.UnknownAt)} yet";
        }
        return null;
    }
}
