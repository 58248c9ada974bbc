namespace Broker.Core.Offsets;

/// <content>
/// Offsets that an administrator sets (code 222). The members of the group learn of it with their next pull, which is
/// answered OFFSET_RESET; until then what they commit is dropped. Not kept: after a restart the offset itself stands.
/// </content>
public sealed partial class ConsumerOffsets
{
    int _resets;

    /// <summary>Whether any reset waits for its consumer: one read, so that pulls need not look further.</summary>
    public bool HasResets => Volatile.Read(ref _resets) > 0;

    /// <summary>Sets an offset that the group's members must follow.</summary>
    /// <returns>False for a queue number or a name that cannot be, or when there are too many pairs.</returns>
    public bool Reset(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId, long offset)
    {
        Span<byte> key = stackalloc byte[KeyMax];
        if (offset < 0 || (uint)queueId >= QueueOffsets.QueuesMax || !TryKey(group, topic, ref key))
            return false;
        if (!_byKey.TryGetValue(key, out var pair) && !TryAdd(group, topic, key, out pair))
            return false;
        if (pair.Reset(queueId, offset))
            Interlocked.Increment(ref _resets);
        _file.Touch();
        return true;
    }

    /// <summary>Whether a reset of the queue waits for a consumer: commits are dropped then.</summary>
    public bool IsReset(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId) =>
        HasResets && Find(group, topic)?.IsReset(queueId) == true;

    /// <summary>Takes the reset of a queue over, once: the caller tells the consumer.</summary>
    public bool TryTakeReset(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId, out long offset)
    {
        offset = QueueOffsets.None;
        if (!HasResets || Find(group, topic)?.TryTakeReset(queueId, out offset) != true)
            return false;
        Interlocked.Decrement(ref _resets);
        return true;
    }

    /// <summary>
    /// A pull was answered. Only groups that have committed before are followed, so that readers without offsets cost
    /// nothing.
    /// </summary>
    public void Pulled(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId, long nextOffset)
    {
        if ((uint)queueId < QueueOffsets.QueuesMax)
            Find(group, topic)?.Pulled(queueId, nextOffset);
    }

    /// <summary>How far the group's pulls have read since the broker was opened, -1 when unknown.</summary>
    public long QueryPulled(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId) =>
        Find(group, topic)?.GetPulled(queueId) ?? QueueOffsets.None;

    /// <summary>Gives a group the offsets that another one has in a topic; what it had is replaced.</summary>
    /// <returns>Whether the other one has any.</returns>
    public bool Clone(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ReadOnlySpan<byte> topic)
    {
        if (Find(from, topic) is not { } source)
            return false;
        foreach (var (queueId, offset) in source.Entries())
            Commit(to, topic, queueId, offset);
        return true;
    }

    /// <summary>The queues of a topic in which the group has offsets, in order.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> QueuesOf(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic) =>
        Find(group, topic)?.Entries() ?? [];

    QueueOffsets? Find(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic)
    {
        Span<byte> key = stackalloc byte[KeyMax];
        return TryKey(group, topic, ref key) && _byKey.TryGetValue(key, out var pair) ? pair : null;
    }
}
