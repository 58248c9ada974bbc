using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// The operator's part of a volume claim that a StatefulSet made: the addresses.
/// </summary>
static class VolumeClaim
{
    /// <summary>
    /// The uid makes a claim that has gone meanwhile a conflict; without it an apply would try to create one.
    /// </summary>
    public static V1PersistentVolumeClaim Build(V1PersistentVolumeClaim live, string addresses) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = live.Metadata.Name,
                NamespaceProperty = live.Metadata.NamespaceProperty,
                Uid = live.Metadata.Uid,
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    [Labels.Addresses] = addresses,
                },
            },
        };
}
