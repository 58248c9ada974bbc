namespace Broker.Replication;

/// <summary>Everything that an election decision depends on; nothing else may influence it.</summary>
public sealed record ElectionInput
{
    /// <summary>The Lease as last read, from the API server and not from a cache; null when there is none.</summary>
    public required LeaseState? Lease { get; init; }

    /// <summary>This replica's own record, after <see cref="ReplicaRecord.Learn"/> of the same Lease.</summary>
    public required ReplicaRecord Record { get; init; }

    /// <summary>This replica's pod, recorded beside its store id for people.</summary>
    public required string Pod { get; init; }

    /// <summary>What it is now.</summary>
    public required ElectionRole Role { get; init; }

    /// <summary>Whether the log holds a message or the epoch table an entry.</summary>
    public required bool Initialised { get; init; }

    /// <summary>How long the Lease has been silent.</summary>
    public required LeaseSilence Silence { get; init; }

    /// <summary>Monotonic time now.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>Monotonic time at which the next renewal is due; only a master's.</summary>
    public TimeSpan RenewalDue { get; init; }

    /// <summary>
    /// Whether the log has made progress (or answered a probe) since the last renewal; only a master's.
    /// </summary>
    public bool LogMakesProgress { get; init; } = true;

    /// <summary>A group id drawn in advance, for the case that the group has to be founded.</summary>
    public required GroupId Drawn { get; init; }
}
