using System.Collections.Immutable;

namespace Broker.Replication;

/// <summary>
/// What a replica knows about itself and its group, kept on its volume and synced before it is acted on
/// (replication.md §2). A value: every change makes a new one, which the owner writes before going on.
/// </summary>
public sealed record ReplicaRecord
{
    /// <summary>This folder's name.</summary>
    public required StoreId Store { get; init; }

    /// <summary>The group whose log this folder holds; null until the group is founded or joined.</summary>
    public GroupId? Group { get; init; }

    /// <summary>The highest epoch this replica has accepted; it acknowledges nothing of a lower one.</summary>
    public long Promise { get; init; }

    /// <summary>Who wrote which part of the log, oldest first.</summary>
    public ImmutableArray<EpochEntry> Epochs { get; init; } = [];

    /// <summary>The latest in-sync set that was read from a Lease or heard from a master that read it back.</summary>
    public InSyncSet Known { get; init; } = InSyncSet.None;

    /// <summary>The kernel's boot id when the store was last opened; empty on a fresh volume.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Whether the store was closed in order after it was last opened.</summary>
    public bool CleanClose { get; init; }

    /// <summary>Whether the store, as last opened, acknowledged only what was synced.</summary>
    public bool FlushSync { get; init; }

    /// <summary>Whether acknowledged bytes may be missing: power may have been lost with unsynced bytes.</summary>
    public bool Unsure { get; init; }

    /// <summary>The epoch of the newest entry of the table, 0 without one.</summary>
    public long LastEpoch => Epochs.IsEmpty ? 0 : Epochs[^1].Epoch;

    /// <summary>A fresh folder's record.</summary>
    public static ReplicaRecord Create(StoreId store) => new() { Store = store };

    /// <summary>
    /// The record after the folder was opened, to be written before the first byte is appended: entries that begin
    /// above the end are dropped (they were synced ahead of bytes that never came), and a reboot without a clean close
    /// makes the replica unsure unless every acknowledged byte had been synced.
    /// </summary>
    /// <param name="end">One past the last byte of the recovered log.</param>
    /// <param name="bootId">The kernel's boot id now; a kill without a reboot leaves the page cache whole.</param>
    /// <param name="flushSync">How this process acknowledges from now on.</param>
    public ReplicaRecord Opened(long end, string bootId, bool flushSync)
    {
        var rebooted = BootId.Length > 0 && BootId != bootId;
        return this with
        {
            Epochs = Epochs.RemoveAll(entry => entry.FirstPosition > end),
            Unsure = Unsure || (rebooted && !CleanClose && !FlushSync),
            BootId = bootId,
            FlushSync = flushSync,
            CleanClose = false,
        };
    }

    /// <summary>The record after everything was flushed and the log was closed.</summary>
    public ReplicaRecord Closed() => this with { CleanClose = true };

    /// <summary>
    /// The record after a Lease was read: a later set is remembered, so that an older Lease (restored from a backup,
    /// or deleted and created again) is recognised. A Lease of another group teaches nothing.
    /// </summary>
    public ReplicaRecord Learn(LeaseState lease) =>
        lease.Problem is null && lease.Group is { } group && group == Group && lease.Set.IsNewerThan(Known)
            ? this with
            {
                Known = lease.Set,
            }
            : this;

    /// <summary>
    /// The record of a replica that seals itself for an epoch: it acknowledges nothing older from now on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is below the promise.</exception>
    public ReplicaRecord Sealed(long epoch, GroupId group)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, Promise);
        return this with { Promise = epoch, Group = Group ?? group };
    }

    /// <summary>
    /// The record of a new master, to be written before the first byte of its epoch. Its own end is the master's end,
    /// so it is no longer unsure.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The epoch is not the promised one or not above the table's last.
    /// </exception>
    public ReplicaRecord Promoted(InSyncSet recorded, long end, string nonce)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(recorded.Epoch, Promise);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(recorded.Epoch, LastEpoch);
        return this with
        {
            Epochs = Epochs.Add(new EpochEntry(recorded.Epoch, end, nonce)),
            Known = recorded.IsNewerThan(Known) ? recorded : Known,
            Unsure = false,
        };
    }
}
