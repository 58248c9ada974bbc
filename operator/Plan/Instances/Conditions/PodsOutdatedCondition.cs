using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>
/// Do pods wait to be replaced? They serve, so this is no part of Ready: an operator with another default image must
/// not turn every instance into an outage.
/// </summary>
static class PodsOutdatedCondition
{
    public static Verdict? Judge(InstanceFacts facts)
    {
        if (facts.Deleting || facts.Unseen is not null)
            return null;
        // Of a template that was refused no pod can be made: whoever deletes them gets the same pods again.
        var refused = facts.Failures.Where(f => f.IsRefusal).Select(f => f.Child).ToHashSet(StringComparer.Ordinal);
        var outdated = facts.Outdated.Where(pod => !refused.Contains($"StatefulSet {SetOf(pod)}")).ToList();
        return outdated.Count == 0
            ? null
            : Verdict.True(
                Reason.RollPending,
                $"These pods run an older template: {Sentence.Names(outdated)}. Delete them, one at a time"
            );
    }

    static string SetOf(string pod) => pod[..pod.LastIndexOf('-')];
}
