using k8s.Models;
using Operator.Api;

namespace Operator.Plan.Remote;

/// <summary>
/// The finalizer of Topics and Groups with policy Delete, and of instances whose volumes have it. Retain needs none,
/// and has none.
/// </summary>
public static class Finalizers
{
    /// <summary>Its name.</summary>
    public const string Name = ApiGroup.Name + "/deletion";

    /// <summary>Whether a resource has it.</summary>
    public static bool Has(V1ObjectMeta metadata) => metadata.Finalizers?.Contains(Name) == true;

    /// <summary>The step that policy asks for while the resource lives.</summary>
    internal static FinalizerStep Step(V1ObjectMeta metadata, DeletionPolicy policy, Management management)
    {
        var wanted = policy == DeletionPolicy.Delete && management == Management.Managed;
        return wanted == Has(metadata) ? FinalizerStep.None
            : wanted ? FinalizerStep.Add
            : FinalizerStep.Remove;
    }
}
