using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// The Lease by which a group elects its master. The operator creates it empty, and brokers write it (replication.md
/// §2).
/// </summary>
static class ElectionLease
{
    /// <param name="model">The instance.</param>
    /// <param name="group">The group.</param>
    /// <param name="isNew">No volume of the group exists, so nobody can know anything that a first master does
    /// not.</param>
    public static V1Lease Build(InstanceModel model, BrokerGroup group, bool isNew)
    {
        var lease = new V1Lease { Metadata = model.Metadata(group.Name, Labels.Of(group)), Spec = new V1LeaseSpec() };
        if (isNew)
            lease.Metadata.Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [Labels.New] = "true",
            };
        return lease;
    }
}
