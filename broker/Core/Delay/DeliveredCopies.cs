using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Delay;

/// <summary>
/// After a crash: which waiting messages were delivered behind the last note of how far deliveries are, found by
/// reading the log from there. A copy and its original are known by everything that both have in common; of messages
/// that are the same in all of it as many are left out as were delivered.
/// </summary>
sealed class DeliveredCopies
{
    readonly Dictionary<ulong, int> _copies = [];
    readonly Lock _gate = new();
    int _count;

    static ReadOnlySpan<byte> TimerTopic => "rmq_sys_wheel_timer"u8;

    /// <summary>Different copies that no original was found for so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Looks for copies from a position to the end of the log.</summary>
    public void Collect(MessageStore store, LogPosition from) =>
        store.Scan(
            from,
            (in MessageView message, long _) =>
            {
                if (IsDelivered(message))
                    Add(Key(message, message.Topic, message.QueueId));
                return true;
            }
        );

    /// <summary>As <see cref="Collect"/>, and those that were stored again to wait on.</summary>
    public void CollectWithRolled(MessageStore store, LogPosition from)
    {
        Collect(store, from);
        store.Scan(
            from,
            (in MessageView message, long _) =>
            {
                if (message.Topic.SequenceEqual(TimerTopic))
                    AddRolled(message);
                return true;
            }
        );
    }

    /// <summary>Looks for messages of a queue that were stored there again and again, however long ago.</summary>
    public void CollectRolled(MessageStore store, ConsumeQueue queue)
    {
        var entries = new QueueEntry[64];
        var read = new ReadResult();
        for (var offset = queue.MinOffset.Value; ; )
        {
            var count = store.ReadEntries(queue, new QueueOffset(offset), entries);
            if (count == 0)
                return;
            for (var i = 0; i < count; i++)
            {
                if (!store.TryRead(queue, new QueueOffset(offset + i), entries[i], read))
                    continue;
                if (MessageView.Read(read.Slices[0].Bytes.Span, out var message) == MessageProblem.None)
                    AddRolled(message);
                read.Release();
            }
            offset += count;
        }
    }

    /// <summary>Whether the waiting message was delivered; the copy is used up then. From any thread.</summary>
    public bool TryTake(in MessageView waiting)
    {
        if (Count == 0 || !TryGetKey(waiting, out var key))
            return false;
        lock (_gate)
        {
            if (!_copies.TryGetValue(key, out var count))
                return false;
            if (count == 1)
                _copies.Remove(key);
            else
                _copies[key] = count - 1;
            Volatile.Write(ref _count, _copies.Count);
            return true;
        }
    }

    public void Clear()
    {
        lock (_gate)
            _copies.Clear();
        Volatile.Write(ref _count, 0);
    }

    void Add(ulong key)
    {
        lock (_gate)
        {
            _copies[key] = _copies.GetValueOrDefault(key) + 1;
            Volatile.Write(ref _count, _copies.Count);
        }
    }

    void AddRolled(in MessageView message)
    {
        if (message.TryGetProperty(PropertyNames.TimerRollTimes, out _) && TryGetKey(message, out var key))
            Add(key);
    }

    /// <summary>A delivered message still names its place; one that waits stands elsewhere than it names.</summary>
    static bool IsDelivered(in MessageView message) =>
        // Most messages never waited: one search through the bytes tells.
        message.Properties.IndexOf(PropertyNames.RealTopic) >= 0
        && message.TryGetProperty(PropertyNames.RealTopic, out var topic)
        && message.Topic.SequenceEqual(topic);

    static bool TryGetKey(in MessageView waiting, out ulong key)
    {
        key = 0;
        if (
            !waiting.TryGetProperty(PropertyNames.RealTopic, out var topic)
            || !MessageProperties.TryGetLong(waiting.Properties, PropertyNames.RealQueueId, out var queueId)
        )
            return false;
        key = Key(waiting, topic, queueId);
        return true;
    }

    /// <summary>FNV-1a of 64 bits; a million copies meet by chance once in ten million crashes.</summary>
    static ulong Key(in MessageView message, ReadOnlySpan<byte> topic, long queueId)
    {
        var key = 14695981039346656037UL;
        Mix(ref key, topic);
        Mix(ref key, queueId);
        Mix(ref key, MessageProperties.Get(message.Properties, PropertyNames.UniqueKey));
        Mix(ref key, MessageProperties.Get(message.Properties, PropertyNames.TimerOutMs));
        Mix(ref key, message.BornTimestamp);
        Mix(ref key, message.BodyCrc);
        Mix(ref key, message.ReconsumeTimes);
        return key;
    }

    static void Mix(ref ulong key, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Mix(ref key, bytes);
    }

    static void Mix(ref ulong key, ReadOnlySpan<byte> bytes)
    {
        const ulong prime = 1099511628211;
        foreach (var value in bytes)
            key = (key ^ value) * prime;
        // The length, so that two neighbouring parts cannot be taken for two others.
        key = (key ^ (ulong)bytes.Length) * prime;
    }
}
