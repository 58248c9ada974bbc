using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>One write to the API server that a plan asks for, about one child.</summary>
public abstract record PlannedAction
{
    /// <summary>For messages: <c>Service orders-ns</c>.</summary>
    public abstract string Child { get; }

    /// <summary>
    /// The children without which this one must not exist: where somebody else has one of their names, a pod would use
    /// what is not the instance's.
    /// </summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>What a child is called in messages.</summary>
    public static string Describe(IKubernetesObject<V1ObjectMeta> child) => $"{child.Kind} {child.Metadata.Name}";
}
