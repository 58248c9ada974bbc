using System.Diagnostics.Metrics;
using System.Net;

namespace Broker.Cluster;

/// <summary>Where a broker pod finds its group's objects, and what it writes of itself into them.</summary>
public sealed class ElectionOptions
{
    /// <summary>The pod's namespace, in which all objects of the group lie.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the group's Lease, <c>orders-g0</c>.</summary>
    public required string Lease { get; init; }

    /// <summary>
    /// The group's two master Services and their EndpointSlices of the same names: of even epochs first, then of odd
    /// ones (design.md §6).
    /// </summary>
    public required IReadOnlyList<string> MasterServices { get; init; }

    /// <summary>This pod's name.</summary>
    public required string PodName { get; init; }

    /// <summary>This pod's address, which the EndpointSlices lead to.</summary>
    public required IPAddress PodAddress { get; init; }

    /// <summary>The node this pod runs on; null where the downward API does not say.</summary>
    public string? NodeName { get; init; }

    /// <summary>Finds the address of a Service by its DNS name; the system's resolver by default.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>
    /// How long one call to the API server may take: two of them and a pause fit well into the 15 s of a lease.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Makes the instruments <c>rocketmq_election_*</c>.</summary>
    public required IMeterFactory Meters { get; init; }

    /// <summary>The master Service that stands for an epoch.</summary>
    public string MasterService(long epoch) => MasterServices[(int)(epoch & 1)];
}
