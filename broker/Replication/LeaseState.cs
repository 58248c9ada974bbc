namespace Broker.Replication;

/// <summary>The group's Lease as one read showed it, or as a replacement shall make it (replication.md §2).</summary>
public sealed record LeaseState
{
    /// <summary>How long a holder may be silent, in seconds, where the Lease does not say.</summary>
    public const int DefaultDurationSeconds = 15;

    /// <summary>What a replacement is conditioned on.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>The holder's store id as text; empty when nobody holds the Lease.</summary>
    public string Holder { get; init; } = "";

    /// <summary>How long the holder may be silent before another member may try, in seconds.</summary>
    public int DurationSeconds { get; init; } = DefaultDurationSeconds;

    /// <summary>The holder's own clock at its last renewal. Compared only with itself, never with a clock.</summary>
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>The group, null while nobody has founded it.</summary>
    public GroupId? Group { get; init; }

    /// <summary>
    /// Epoch, version and members; <see cref="InSyncSet.None"/> in a Lease as the operator creates it.
    /// </summary>
    public InSyncSet Set { get; init; } = InSyncSet.None;

    /// <summary>The operator's word that no volume of the group existed when it created the Lease.</summary>
    public bool IsNew { get; init; }

    /// <summary>
    /// A person's word that this store shall be master, whatever the rules say (replication.md §4.7).
    /// </summary>
    public StoreId? Override { get; init; }

    /// <summary>What cannot be read in this Lease, in one sentence; null when all of it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether no master has ever written this Lease.</summary>
    public bool IsEmpty => Set.Epoch == 0;

    /// <summary>Whether the store holds the Lease.</summary>
    public bool IsHeldBy(StoreId store) => Holder == store.Value;
}
