namespace Operator.Plan.Remote;

/// <summary>What to do with the finalizer of a Topic or Group.</summary>
public enum FinalizerStep
{
    /// <summary>It is as it should be.</summary>
    None,

    /// <summary>Add it, before anything is created that it protects.</summary>
    Add,

    /// <summary>Remove it, after all changes of the plan have succeeded.</summary>
    Remove,
}
