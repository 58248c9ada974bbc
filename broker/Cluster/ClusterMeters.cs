using System.Diagnostics.Metrics;

namespace Broker.Cluster;

/// <summary>
/// What an election did, for dashboards: who is master, in which epoch, and how the API server answers.
/// </summary>
public sealed class ClusterMeters
{
    readonly Counter<long> _writes;

    /// <param name="factory">Makes and owns the meter.</param>
    /// <param name="status">What the election is at.</param>
    public ClusterMeters(IMeterFactory factory, Func<ElectionStatus> status)
    {
        var meter = factory.Create(new MeterOptions("Broker.Cluster"));
        meter.CreateObservableGauge(
            "rocketmq_election_epoch",
            () => status().Role.Epoch,
            null,
            "Epoch that this broker is master of; 0 while it is not."
        );
        meter.CreateObservableGauge(
            "rocketmq_election_waiting",
            () =>
                status() is { Waiting: { } reason }
                    ? [new Measurement<int>(1, new KeyValuePair<string, object?>("reason", reason.ToString()))]
                    : (IEnumerable<Measurement<int>>)[],
            null,
            "Why the election does nothing at the moment."
        );
        _writes = meter.CreateCounter<long>(
            "rocketmq_election_lease_writes_total",
            null,
            "Replacements of the group's Lease by outcome."
        );
    }

    internal void Wrote(CallOutcome outcome) =>
        _writes.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
}
