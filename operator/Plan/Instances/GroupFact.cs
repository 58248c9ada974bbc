using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>One broker group, judged.</summary>
/// <param name="Group">The group.</param>
/// <param name="Election">What its Lease says.</param>
/// <param name="Pods">Its pods by ordinal.</param>
/// <param name="KnownTo">The ready name servers that lead to its master.</param>
/// <param name="UnknownAt">The ready name servers that do not.</param>
/// <param name="Unseen">The ready name servers that did not answer the operator.</param>
sealed record GroupFact(
    BrokerGroup Group,
    GroupElection Election,
    IReadOnlyList<PodFact> Pods,
    IReadOnlyList<string> KnownTo,
    IReadOnlyList<string> UnknownAt,
    IReadOnlyList<string> Unseen
)
{
    /// <summary>The master is elected, and its pod is ready.</summary>
    public bool HasMaster => Pods.Any(p => p.IsReady && p.Name == Election.Master);

    /// <summary>A client can reach the master through some name server.</summary>
    public bool Serves => HasMaster && KnownTo.Count > 0;

    public ReplicaRole RoleOf(string pod) =>
        Election.Master is null ? ReplicaRole.Unknown
        : pod == Election.Master ? ReplicaRole.Master
        : ReplicaRole.Slave;
}
