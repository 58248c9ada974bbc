using Operator.Api.Instances;

namespace Operator.Plan.Remote;

/// <summary>Everything that one pass over a Topic or Group saw.</summary>
/// <typeparam name="TEntity">The resource.</typeparam>
/// <typeparam name="TSettings">What a broker holds of it.</typeparam>
public sealed record RemoteObservation<TEntity, TSettings>
    where TSettings : struct
{
    /// <summary>The resource, with the status that was written last.</summary>
    public required TEntity Entity { get; init; }

    /// <summary>Whether the instance that it refers to was looked for, and what was found.</summary>
    public required Observed<InstanceLookup> Instance { get; init; }

    /// <summary>
    /// The claims of all resources of this kind to the same instance, this one's among them if it counts.
    /// </summary>
    public ClaimTable Claims { get; init; } = ClaimTable.Empty;

    /// <summary>The masters of all broker groups, in the order of the groups.</summary>
    public IReadOnlyList<MasterView<TSettings>> Masters { get; init; } = [];

    /// <summary>The time of this pass.</summary>
    public required DateTimeOffset Now { get; init; }
}
