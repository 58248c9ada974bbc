using Broker.Store.Log;

namespace Broker.Store.Recovery;

/// <summary>What a start found in the log's folder, after it was made sound.</summary>
/// <param name="Segments">At least one; the last one holds the end.</param>
/// <param name="End">One past the last sound message.</param>
/// <param name="LastStoreTimestamp">Time of that message; 0 in an empty log.</param>
/// <param name="ReplayFrom">From here on queue entries may be missing or wrong.</param>
/// <param name="IndexFrom">From here on messages may be missing in the index; -1 when only the index itself
/// knows.</param>
/// <param name="WasClean">Whether the last stop was an orderly one.</param>
/// <param name="Checkpoint">The checkpoint that was found, or an empty one.</param>
/// <param name="VerifiedFrom">Every message from here on was verified.</param>
/// <param name="Damaged">Positions of messages from there on that are whole but not what was written.</param>
/// <param name="Damage">Told what is damaged.</param>
sealed record RecoveredLog(
    SegmentList Segments,
    long End,
    long LastStoreTimestamp,
    long ReplayFrom,
    long IndexFrom,
    bool WasClean,
    Checkpoint Checkpoint,
    long VerifiedFrom,
    IReadOnlySet<long> Damaged,
    DamageReport Damage
);
