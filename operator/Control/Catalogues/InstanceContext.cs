using Operator.KubeClient.Informers;
using Operator.Plan;
using Operator.Plan.Remote;

namespace Operator.Control.Catalogues;

/// <summary>What all topics and groups of one pass have in common.</summary>
/// <param name="Key">The instance that they refer to.</param>
/// <param name="Lookup">What was found under the key.</param>
/// <param name="Masters">The masters of its broker groups, in order.</param>
/// <param name="NameServers">The addresses of its name servers that are ready.</param>
sealed record InstanceContext(
    ObjectKey Key,
    Observed<InstanceLookup> Lookup,
    IReadOnlyList<Master> Masters,
    IReadOnlyList<string> NameServers
);
