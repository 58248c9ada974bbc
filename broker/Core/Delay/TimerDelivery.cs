using System.Runtime.ExceptionServices;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
using Broker.Store.Timers;
using Broker.Telemetry;
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

    /// <summary>Messages of a batch whose queues may be out of reach before it ends: each costs an exception.</summary>
    const int PutOffMax = 16;

    /// <summary>How long a message waits whose queue is out of reach; those behind it do not.</summary>
    const int PutOffMs = 1_000;

    readonly TimerIndex _index = store.Timers;
    readonly RecalledMessages _recalled = new(store.Timers, policy);
    readonly DeliveryBatch _batch = new(BatchMax);
    readonly List<(TimerRecord Record, TimingCount? Count)> _appended = new(BatchMax);
    readonly ReadResult _read = new();
    readonly FailureLog _failures = new(time);
    int _putOff;
    Exception? _failure;

    /// <summary>Begins anew: what was taken back before is in the index again.</summary>
    public void Reset()
    {
        _recalled.Clear();
        _index.TakeBack();
    }

    /// <summary>Handles what is due, up to a batch; false when the store takes nothing at the moment.</summary>
    /// <exception cref="IOException">
    /// A message cannot be read. All that was handled before it is accounted for.
    /// </exception>
    public async Task<bool> DeliverAsync()
    {
        var now = Now();
        _recalled.Passed(_index.TryPeek(out var next) ? Math.Min(next.DueMs, now) : now);
        if (next.DueMs > now || next == default)
            return true;
        _appended.Clear();
        _batch.Begin();
        (_putOff, _failure) = (0, null);
        var isTaken = AppendDue(now);
        // Also after a failure: what the store has taken is counted, or the next round would store it again.
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
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return isTaken && stored == _appended.Count && (_putOff == 0 || stored > 0);
    }

    bool AppendDue(long now)
    {
        while (_appended.Count < BatchMax && _putOff < PutOffMax && TryTake(now, out var record))
        {
            if (TryHandle(record))
                continue;
            _index.Add(record);
            return false;
        }
        return _failure is null;
    }

    /// <summary>What was appended is counted, even when a part of the index cannot be read.</summary>
    bool TryTake(long now, out TimerRecord record)
    {
        try
        {
            return _index.TryTake(now, out record);
        }
        catch (IOException failure)
        {
            record = default;
            _failure = failure;
            return false;
        }
    }

    /// <summary>False when it has to be tried again, also after a failure.</summary>
    bool TryHandle(in TimerRecord record)
    {
        try
        {
            return Handle(record);
        }
        catch (Exception failure)
        {
            _failure = failure;
            return false;
        }
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
        switch (TryAppend(record, message))
        {
            case null:
                PutOff(record);
                return true;
            case AppendStatus.Accepted:
                _appended.Add((record, count));
                return true;
            case AppendStatus.Illegal:
                count?.Remove(Now());
                return true;
            default:
                return false;
        }
    }

    /// <summary>Null: its queue is out of reach. Illegal: it can never be delivered and is left out.</summary>
    AppendStatus? TryAppend(in TimerRecord record, in MessageView message)
    {
        try
        {
            return Append(record, message);
        }
        catch (IOException failure)
        {
            if (_failures.IsDue(failure, out var unsaid))
                TimerLog.Failed(logger, failure, unsaid);
            return null;
        }
    }

    /// <summary>
    /// Those behind it need not wait. Whether it was recalled is known by now: it would have been left out.
    /// </summary>
    void PutOff(in TimerRecord record)
    {
        _index.Add(record with { DueMs = Now() + PutOffMs });
        _putOff++;
    }

    AppendStatus Append(in TimerRecord record, in MessageView message)
    {
        var queue = policy.Queue;
        if (record.Kind == TimerKind.Deliver && !ParkedMessage.TryFindPlace(message, topics, store, out queue, out _))
        {
            TimerLog.Homeless(logger, message.PhysicalOffset);
            return AppendStatus.Illegal;
        }
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
        // One that was taken before sends had to leave room goes without them.
        var fits = properties.Written.Length <= MessageLayout.PropertiesBytesMax;
        var parked = ParkedMessage.In(queue, message, fits ? properties.Written : message.Properties);
        var status = _batch.Append(store, parked);
        properties.Free();
        if (status == AppendStatus.Illegal)
            TimerLog.Refused(logger, message.PhysicalOffset);
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
