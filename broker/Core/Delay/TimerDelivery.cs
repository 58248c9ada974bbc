using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
using Broker.Store.Timers;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>
/// Handles what is due: stores messages in their topics, or again among the waiting, a batch at a time.
/// </summary>
sealed class TimerDelivery(
    MessageStore store,
    TimerPolicy policy,
    TopicTable topics,
    TimingCounts counts,
    DeliveredCopies copies,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Messages that are written together: a few ms of work, so that a second's many come evenly.</summary>
    const int BatchMax = 512;

    readonly TimerIndex _index = store.Timers;
    readonly RecalledMessages _recalled = new(store.Timers, policy);
    readonly DeliveryBatch _batch = new(BatchMax);
    readonly List<(TimerRecord Record, TimingCount? Count)> _appended = new(BatchMax);
    readonly ReadResult _read = new();

    /// <summary>Begins anew: what was taken back before is in the index again.</summary>
    public void Reset()
    {
        _recalled.Clear();
        _index.TakeBack();
    }

    /// <summary>Handles what is due, up to a batch; false when the store takes nothing at the moment.</summary>
    public async Task<bool> DeliverAsync()
    {
        var now = Now();
        _recalled.Passed(_index.TryPeek(out var next) ? Math.Min(next.DueMs, now) : now);
        if (next.DueMs > now || next == default)
            return true;
        _appended.Clear();
        _batch.Begin();
        var isTaken = AppendDue(now);
        store.EndOfBatch();
        var stored = await _batch.CompleteAsync();
        // Appends complete in their order: those that were not stored are the last ones.
        for (var i = 0; i < _appended.Count; i++)
        {
            if (i < stored)
                _appended[i].Count?.Remove(now);
            else
                _index.Add(_appended[i].Record);
        }
        _index.Settle();
        counts.Changed(now);
        return isTaken && stored == _appended.Count;
    }

    bool AppendDue(long now)
    {
        while (_appended.Count < BatchMax && _index.TryTake(now, out var record))
        {
            if (Handle(record))
                continue;
            _index.Add(record);
            return false;
        }
        return true;
    }

    /// <summary>False when it has to be tried again.</summary>
    bool Handle(in TimerRecord record)
    {
        if (!store.TryRead(record.Position, _read))
        {
            TimerLog.Gone(logger, record.Position.Value);
            return true;
        }
        try
        {
            return MessageView.Read(_read.Slices[0].Bytes.Span, out var message) != MessageProblem.None
                || Handle(record, message);
        }
        finally
        {
            _read.Release();
        }
    }

    bool Handle(in TimerRecord record, in MessageView message)
    {
        if (record.Kind == TimerKind.Recall)
        {
            _recalled.Add(record, message);
            return true;
        }
        var topic = MessageProperties.Get(message.Properties, PropertyNames.RealTopic);
        // Recalls that wait are no messages: they are not counted.
        var isRecall = message.TryGetProperty(PropertyNames.TimerDelUniqueKey, out _);
        var count = isRecall ? null : counts.Of(topic);
        if (copies.TryTake(message) || (!isRecall && _recalled.Contains(message, topic)))
        {
            count?.Remove(Now());
            return true;
        }
        var queue = policy.Queue;
        if (record.Kind == TimerKind.Deliver && !ParkedMessage.TryFindPlace(message, topics, store, out queue, out _))
        {
            TimerLog.Homeless(logger, message.PhysicalOffset);
            count?.Remove(Now());
            return true;
        }
        switch (Append(record, message, queue))
        {
            case AppendStatus.Accepted:
                _appended.Add((record, count));
                return true;
            case AppendStatus.Illegal:
                TimerLog.Refused(logger, message.PhysicalOffset);
                count?.Remove(Now());
                return true;
            default:
                return false;
        }
    }

    AppendStatus Append(in TimerRecord record, in MessageView message, ConsumeQueue queue)
    {
        var properties = new PropertiesWriter(stackalloc byte[1024]);
        foreach (var pair in MessageProperties.Enumerate(message.Properties))
        {
            if (!IsRenewed(pair.Name, record.Kind))
                properties.Add(pair.Name, pair.Value);
        }
        properties.Add(PropertyNames.TimerEnqueueMs, EnqueuedMs(message));
        properties.Add(PropertyNames.TimerDequeueMs, Now());
        if (record.Kind == TimerKind.Roll)
        {
            MessageProperties.TryGetLong(message.Properties, PropertyNames.TimerRollTimes, out var rolls);
            properties.Add(PropertyNames.TimerRollTimes, rolls + 1);
        }
        var status = store.Append(ParkedMessage.In(queue, message, properties.Written), _batch.Next());
        properties.Free();
        if (status != AppendStatus.Accepted)
            _batch.TakeBack();
        return status;
    }

    /// <summary>The reference gives the second in which a message was put on its wheel, at its end.</summary>
    long EnqueuedMs(in MessageView message) => (message.StoreTimestamp / policy.PrecisionMs + 1) * policy.PrecisionMs;

    static bool IsRenewed(ReadOnlySpan<byte> name, TimerKind kind) =>
        name.SequenceEqual(PropertyNames.TimerEnqueueMs)
        || name.SequenceEqual(PropertyNames.TimerDequeueMs)
        || (kind == TimerKind.Roll && name.SequenceEqual(PropertyNames.TimerRollTimes));

    long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
