namespace Broker.Store;

/// <summary>
/// Told the outcome of one append, in log order, from whichever thread stored the batch. Reusable: pool it.
/// <see cref="Completed"/> must neither block nor throw; it may append.
/// </summary>
public abstract class AppendCompletion
{
    long[] _positions = [];

    /// <summary>Log position of the message, of the first one of a batch.</summary>
    public LogPosition Position { get; private set; }

    /// <summary>Queue offset of the message, of the first one of a batch.</summary>
    public QueueOffset QueueOffset { get; private set; }

    /// <summary>The time written into the message, in ms since 1970.</summary>
    public long StoreTimestamp { get; private set; }

    /// <summary>How many messages were appended: 1, or the parts of a batch.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the log that they take.</summary>
    public int StoredBytes { get; private set; }

    /// <summary>Log position of each message of a batch; empty for a single message.</summary>
    public ReadOnlySpan<long> Positions => _positions.AsSpan(0, Count > 1 ? Count : 0);

    /// <summary>The append ended as <paramref name="outcome"/> says: Stored, FlushTimeout or Closed.</summary>
    public abstract void Completed(AppendStatus outcome);

    internal void Place(long position, long queueOffset, long storeTimestamp, int count, int bytes)
    {
        Position = new LogPosition(position);
        QueueOffset = new QueueOffset(queueOffset);
        StoreTimestamp = storeTimestamp;
        Count = count;
        StoredBytes = bytes;
        if (count > 1 && _positions.Length < count)
            _positions = new long[count];
    }

    internal void PlacePart(int part, long position) => _positions[part] = position;
}
