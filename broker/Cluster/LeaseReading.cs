using Broker.Replication;

namespace Broker.Cluster;

/// <summary>The answer to one read of the Lease.</summary>
/// <param name="Succeeded">False when there was no answer; then nothing is known.</param>
/// <param name="Lease">The Lease; null when the API server says that there is none.</param>
/// <param name="Sent">Monotonic time at which the read was sent.</param>
/// <param name="Answered">Monotonic time at which its answer came.</param>
/// <param name="Problem">Why there was no answer.</param>
readonly record struct LeaseReading(
    bool Succeeded,
    LeaseState? Lease,
    TimeSpan Sent,
    TimeSpan Answered,
    string? Problem
);
