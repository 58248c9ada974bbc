using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>The operator's part of a broker pod: the label that tells people who is master.</summary>
static class PodRole
{
    /// <summary>
    /// The uid makes a pod that has gone meanwhile a conflict; without it an apply would try to create one.
    /// </summary>
    public static V1Pod Build(V1Pod live, string role) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = live.Metadata.Name,
                NamespaceProperty = live.Metadata.NamespaceProperty,
                Uid = live.Metadata.Uid,
                Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Labels.Role] = role },
            },
        };
}
