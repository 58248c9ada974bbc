using System.Text.Json.Nodes;
using k8s;

namespace Operator.Plan.Statuses;

/// <summary>Compares statuses by what would be written.</summary>
static class StatusJson
{
    /// <summary>Whether writing <paramref name="after"/> over <paramref name="before"/> would change nothing.</summary>
    public static bool Same(object? before, object after) =>
        before is not null
        && JsonNode.DeepEquals(KubernetesJson.SerializeToNode(before), KubernetesJson.SerializeToNode(after));
}
