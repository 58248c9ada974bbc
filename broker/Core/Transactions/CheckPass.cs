using System.Runtime.ExceptionServices;
using System.Text;
using Broker.Core.Delay;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Transactions;

/// <summary>
/// Goes once through the open half messages, in batches: what is due moves to the end of the topic with one check more,
/// and its producer is asked; what was asked about too often moves to the given-up ones. Settled messages cost nothing,
/// so a pass costs as much as is pending.
/// </summary>
sealed class CheckPass(
    BrokerNode node,
    HalfTopic halves,
    CheckRequests requests,
    TransactionMeters meters,
    ILogger logger
)
{
    /// <summary>Messages that move together: enough to share a write.</summary>
    const int BatchMax = 64;

    /// <summary>Bytes of a batch, but for its last message: they are sent to producers at once.</summary>
    const int BatchBytesMax = 1 << 20;

    /// <summary>Offsets from the front to the end that are no reason to move messages which are not due.</summary>
    const long UsualRange = 4_000_000;

    /// <summary>How much longer than what is open the range may get; it is what the bits in memory cover.</summary>
    const int RangeFactor = 4;

    readonly DeliveryBatch _batch = new(BatchMax);
    readonly List<Move> _moves = new(BatchMax);
    readonly QueueEntry[] _entry = new QueueEntry[1];
    readonly ReadResult _read = new();
    readonly MessageStore _store = node.Store;
    bool _isLong;

    public async Task RunAsync(CancellationToken cancellation)
    {
        halves.Advance();
        halves.Mark();
        var end = halves.Queue.MaxOffset.Value;
        var front = halves.Settled.Front;
        _isLong = end - front > Math.Max(UsualRange, RangeFactor * halves.Settled.OpenCount(end));
        var now = node.Time.GetUtcNow().ToUnixTimeMilliseconds();
        while (front < end && !cancellation.IsCancellationRequested)
        {
            await halves.Moving.WaitAsync(cancellation);
            try
            {
                front = await MoveAsync(front, end, now);
            }
            finally
            {
                halves.Moving.Release();
            }
        }
        halves.Advance();
    }

    /// <summary>Handles open messages from an offset on; returns where the next batch begins.</summary>
    async Task<long> MoveAsync(long from, long end, long now)
    {
        _moves.Clear();
        _batch.Begin();
        var failure = TryGather(from, end, now, out var next);
        // Also after a failure: what has moved has moved.
        halves.Operations.Write();
        _store.EndOfBatch();
        var stored = await _batch.CompleteAsync();
        foreach (var move in _moves)
        {
            if (move.Producer is { } producer && (move.Copy is null || stored-- > 0))
                Ask(producer, move);
        }
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return next;
    }

    Exception? TryGather(long from, long end, long now, out long next)
    {
        next = from;
        try
        {
            next = Gather(from, end, now);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    long Gather(long from, long end, long now)
    {
        var bytes = 0;
        var used = 0;
        var at = halves.Settled.NextOpen(from, end);
        for (; at < end && used < BatchMax && bytes < BatchBytesMax; at = halves.Settled.NextOpen(at + 1, end))
        {
            if (!TryRead(at))
            {
                TransactionLog.Gone(logger, at);
                halves.Settled.TrySettle(at);
                continue;
            }
            try
            {
                MessageView.Read(_read.Slices[0].Bytes.Span, out var half);
                bytes += half.TotalSize;
                if (!TryHandle(half, at, now, ref used))
                    return end;
            }
            finally
            {
                _read.Release();
            }
        }
        return at;
    }

    /// <summary>False ends the pass: what follows is fresh, or the store takes nothing.</summary>
    bool TryHandle(in MessageView half, long offset, long now, ref int used)
    {
        var verdict = CheckRule.Decide(node.Options, half, now);
        switch (verdict)
        {
            case CheckVerdict.Stop:
                return false;
            case CheckVerdict.Skip:
                return !_isLong || TryMove(half, offset, HalfMessage.CheckTimes(half), producer: null, ref used);
            case CheckVerdict.GiveUp:
                return TryGiveUp(half, offset, ref used);
            default:
                var producer = requests.Choose(half);
                // Not asked, so not counted: the next pass comes back to it.
                if (producer is not null && CheckRequests.IsCrowded(producer))
                    return true;
                return TryMove(half, offset, HalfMessage.CheckTimes(half) + 1, producer, ref used);
        }
    }

    bool TryMove(in MessageView half, long offset, int times, Connection? producer, ref int used)
    {
        if (!halves.Settled.TrySettle(offset))
            return true;
        switch (Append(half, offset, halves.Queue, times, isLast: false, out var copy))
        {
            case AppendStatus.Accepted:
                halves.Operations.Add(offset);
                _moves.Add(new Move(producer, copy, default));
                used++;
                return true;
            case AppendStatus.Illegal:
                // No property more fits. It stays where it is and is asked about by its old place.
                _moves.Add(new Move(producer, null, new LogPosition(half.PhysicalOffset)));
                return true;
            case var status:
                TransactionLog.Refused(logger, status);
                return false;
        }
    }

    /// <summary>Stores a copy of a message that was settled for it; without one the message is open again.</summary>
    AppendStatus Append(
        in MessageView half,
        long offset,
        ConsumeQueue queue,
        int times,
        bool isLast,
        out AppendCompletion copy
    )
    {
        var status = AppendStatus.Closed;
        copy = _batch.Next();
        try
        {
            return status = HalfCopies.Append(_store, half, queue, times, copy, isLast);
        }
        finally
        {
            if (status != AppendStatus.Accepted)
            {
                _batch.TakeBack();
                halves.Settled.Reopen(offset);
            }
        }
    }

    bool TryGiveUp(in MessageView half, long offset, ref int used)
    {
        var queue = node.Topics.GetOrCreate(SystemTopics.Own(TopicName.GivenUp)).Log.Queue(HalfMessage.QueueId);
        if (!halves.Settled.TrySettle(offset))
            return true;
        var times = HalfMessage.CheckTimes(half);
        var status = Append(half, offset, queue, times, isLast: true, out var copy);
        if (status != AppendStatus.Accepted)
        {
            TransactionLog.Refused(logger, status);
            return false;
        }
        TransactionLog.GivenUp(logger, offset, Encoding.UTF8.GetString(HalfMessage.Group(half)), times);
        halves.Operations.Add(offset);
        halves.Counts.Add(HalfMessage.RealTopic(half), -1);
        meters.GivenUp();
        _moves.Add(new Move(null, copy, default));
        used++;
        return true;
    }

    void Ask(Connection producer, in Move move)
    {
        if (!_store.TryRead(move.Copy?.Position ?? move.Position, _read))
            return;
        if (MessageView.Read(_read.Slices[0].Bytes.Span, out var half) == MessageProblem.None)
        {
            requests.Send(producer, half);
            meters.Checked();
        }
        _read.Release();
    }

    bool TryRead(long offset) =>
        _store.ReadEntries(halves.Queue, new QueueOffset(offset), _entry) > 0
        && _store.TryRead(_entry[0].Position, _read);

    /// <summary>A message that has moved, or one that could not and is asked about where it is.</summary>
    readonly record struct Move(Connection? Producer, AppendCompletion? Copy, LogPosition Position);
}
