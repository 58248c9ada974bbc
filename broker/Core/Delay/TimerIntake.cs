using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Timers;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>
/// Reads the messages that began to wait, in the order they were stored, and gives each its place in the index.
/// </summary>
sealed class TimerIntake(MessageStore store, TimerPolicy policy, TimingCounts counts, TimeProvider time, ILogger logger)
{
    readonly TimerIndex _index = store.Timers;
    readonly QueueEntry[] _entries = new QueueEntry[64];
    readonly ReadResult _read = new();

    /// <summary>
    /// Of an adopted folder: messages of smaller offsets whose second is before the time were delivered there.
    /// </summary>
    public TimerCheckpoint DeliveredElsewhere { get; set; }

    /// <summary>Messages that no place was given to yet.</summary>
    public long Behind => Math.Max(0, policy.Queue.MaxOffset.Value - _index.Next.Value);

    /// <summary>How long the first of them has been waiting for that, in ms.</summary>
    public long BehindMs(long nowMs) =>
        Behind > 0 ? Math.Max(0, nowMs - store.StoreTimeOf(policy.Queue, _index.Next)) : 0;

    /// <summary>Takes what is there, up to so many messages; false when all are taken or memory is full.</summary>
    public bool Take(int messages)
    {
        var queue = policy.Queue;
        if (_index.Next.Value < queue.MinOffset.Value)
            _index.Next = queue.MinOffset;
        for (; messages > 0 && !_index.IsFull; messages -= _entries.Length)
        {
            var next = _index.Next.Value;
            var count = store.ReadEntries(queue, new QueueOffset(next), _entries);
            for (var i = 0; i < count; i++)
            {
                Take(_entries[i], new QueueOffset(next + i));
                // One by one: what was taken in before a failure must not be taken in again.
                _index.Next = new QueueOffset(next + i + 1);
            }
            if (count < _entries.Length)
                return false;
        }
        return !_index.IsFull;
    }

    void Take(in QueueEntry entry, QueueOffset offset)
    {
        if (!store.TryRead(policy.Queue, offset, entry, _read))
        {
            TimerLog.Gone(logger, entry.Position.Value);
            return;
        }
        try
        {
            if (MessageView.Read(_read.Slices[0].Bytes.Span, out var message) == MessageProblem.None)
                Take(message, offset);
        }
        finally
        {
            _read.Release();
        }
    }

    void Take(in MessageView message, QueueOffset offset)
    {
        if (
            !MessageProperties.TryGetLong(message.Properties, PropertyNames.TimerOutMs, out var outMs)
            || !message.TryGetProperty(PropertyNames.RealTopic, out var topic)
        )
        {
            TimerLog.Homeless(logger, message.PhysicalOffset);
            return;
        }
        if (outMs < DeliveredElsewhere.ReadTimeMs && offset.Value < DeliveredElsewhere.NextOffset)
            return;
        var (kind, due) = policy.NextStep(message, outMs);
        if (!message.TryGetProperty(PropertyNames.TimerDelUniqueKey, out _))
            counts.Of(topic).Add(time.GetUtcNow().ToUnixTimeMilliseconds());
        _index.Add(new TimerRecord(due, kind, offset, new LogPosition(message.PhysicalOffset)));
    }
}
