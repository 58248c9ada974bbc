namespace Operator.Plan;

/// <summary>What the operator knows of itself and of the cluster, the same for every instance.</summary>
public sealed record PlannerSettings
{
    /// <summary>The image of name servers and brokers for instances that name none.</summary>
    public required string Image { get; init; }

    /// <summary>
    /// True where the platform gives each namespace its own range of users (OpenShift): then no user and no group is
    /// set.
    /// Elsewhere both are, because a volume is writable to a non-root process only through its group.
    /// </summary>
    public bool PlatformAssignsUser { get; init; }

    /// <summary>
    /// True where filling a slice with a pod's address takes <c>endpointslices/restricted</c> (OpenShift). Elsewhere
    /// nobody knows that resource, and nobody is granted it.
    /// </summary>
    public bool RestrictsEndpointSlices { get; init; }

    /// <summary>
    /// <c>IPv4</c> or <c>IPv6</c>: the family of the cluster's Services, which EndpointSlices must name.
    /// </summary>
    public string AddressType { get; init; } = "IPv4";
}
