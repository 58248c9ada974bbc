using Microsoft.Extensions.Logging;

namespace Broker.Store.Log;

/// <summary>
/// Counts damage to log and queues and names each damaged place once, with its file. Thread-safe.
/// </summary>
sealed class DamageReport(SegmentList segments, ILogger logger)
{
    /// <summary>Places that are remembered, 8 bytes each. Further ones are neither named nor counted.</summary>
    const int PlacesMax = 4_096;

    readonly HashSet<long> _places = [];
    readonly Lock _gate = new();
    long _entries;

    /// <summary>Damaged places of the log that were met since the store was opened.</summary>
    public long Places
    {
        get
        {
            lock (_gate)
                return _places.Count;
        }
    }

    /// <summary>Queue entries that did not lead to their message since the store was opened.</summary>
    public long Entries => Volatile.Read(ref _entries);

    /// <summary>What the log has between two positions is not what was written.</summary>
    public void Note(long position, long end)
    {
        lock (_gate)
        {
            if (_places.Count == PlacesMax || !_places.Add(position))
                return;
        }

        if (segments.Find(position) is { } segment)
            StoreEvents.LogDamaged(logger, segment.Path, position - segment.Position, position, end - position);
    }

    /// <summary>Entries of a queue did not lead to their messages, and the log was asked for them.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="queueId">The queue.</param>
    /// <param name="from">Offset of the first entry.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="rebuilt">How many of them the log still has a message for.</param>
    public void NoteEntries(string topic, int queueId, long from, int count, int rebuilt)
    {
        Interlocked.Add(ref _entries, count);
        StoreEvents.EntriesRebuilt(logger, topic, queueId, count, from, rebuilt);
    }
}
