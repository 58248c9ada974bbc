using Operator.Api.Conditions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>
/// Do pods wait to be replaced? They serve, so this is no part of Ready: an operator with another default image must
/// not turn every instance into an outage.
/// </summary>
static class PodsOutdatedCondition
{
    public static Verdict? Judge(InstanceFacts facts) =>
        facts.Outdated.Count == 0 || facts.Deleting || facts.Unseen is not null
            ? null
            : Verdict.True(
                Reason.RollPending,
                $"These pods run an older template: {Sentence.Names(facts.Outdated)}. Delete them, one at a time"
            );
}
