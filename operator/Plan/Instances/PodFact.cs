using Operator.Api.Conditions;
using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>One pod that should exist, judged.</summary>
/// <param name="Name">The pod's name.</param>
/// <param name="State">In one word.</param>
/// <param name="Cause">Why it fails, when it does.</param>
/// <param name="Detail">The same in words that do not change while nothing does.</param>
readonly record struct PodFact(string Name, ReplicaState State, Reason? Cause = null, string? Detail = null)
{
    public bool IsReady => State == ReplicaState.Ready;
}
