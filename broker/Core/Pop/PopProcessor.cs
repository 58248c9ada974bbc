using System.Collections.Concurrent;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Core.Pop;

/// <summary>
/// Serves POP_MESSAGE (200050, protocol.md §4.10): messages of one queue or of all, retries among them, that nobody
/// else
/// of the group gets for a time.
/// </summary>
sealed class PopProcessor(
    BrokerNode node,
    PopGroups groups,
    PopChecks checks,
    PopReader reader,
    RetryTopics retries,
    ReviveLog log,
    ReviveService revive,
    Random random
) : IRequestProcessor
{
    /// <summary>Draws are of a hundred: the chance that retries come first is given in percent.</summary>
    const int Percent = 100;

    readonly ConcurrentQueue<PoppedMessages> _pool = new();
    HeldPops _held = null!;
    int _reviveTurn = -1;

    /// <summary>Where requests wait that found nothing; they come back to <see cref="Read"/>.</summary>
    public void HoldIn(HeldPops held) => _held = held;

    /// <inheritdoc/>
    public void Process(Request request)
    {
        var now = log.Now;
        var header = PopHeader.Read(request, now);
        if (header.Problem is not null)
            request.Reply(ResponseCode.SystemError, header.Problem);
        else if (checks.IsServing(request, revive) && TryOrder(request, header, now, out var order))
            Read(order);
    }

    /// <summary>Reads and answers, or waits.</summary>
    public void Read(PopOrder order)
    {
        var messages = PoppedMessages.Rent(_pool);
        var popTime = log.Now;
        var reviveQueue = order.IsOrdered ? null : NextReviveQueue();
        try
        {
            Gather(order, reviveQueue, popTime, messages);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // What was taken already comes again when its time is over.
            messages.Release();
            order.Token.Fail(failure);
            return;
        }
        Answer(order, reviveQueue, popTime, messages);
    }

    bool TryOrder(Request request, in PopHeader header, long now, out PopOrder order)
    {
        order = default;
        if (header.IsTooLate(now))
            return PopChecks.Refuse(request, ResponseCode.PollingTimeout, Say("pop message is timeout too much"));
        if (!checks.IsReadable(request, "pop"))
            return false;
        if (header.MaxMessages > Checkpoint.MessagesMax)
            return PopChecks.Refuse(
                request,
                ResponseCode.InvalidParameter,
                Say("pop message's num is greater than 32")
            );
        if (!checks.TryRead(request, header, out var topic, out var group))
            return false;
        if (!node.Filters.TryGet(header.ExpressionType, header.Expression, out var filter))
            return PopChecks.Refuse(
                request,
                ResponseCode.SubscriptionParseFailed,
                "parse the consumer's subscription failed"
            );
        order = new PopOrder(
            request.Token,
            groups.Get(topic, group),
            header.QueueId,
            Math.Max(1, header.MaxMessages),
            header.InvisibleMs,
            header.ExpiresAt,
            header.FromStart,
            header.IsOrdered,
            header.AttemptId.IsEmpty ? null : header.AttemptId.ToArray(),
            filter
        );
        return true;
    }

    /// <summary>Retries first now and then, so that they are not starved by what is new; else last.</summary>
    void Gather(in PopOrder order, ReviveQueue? reviveQueue, long popTime, PoppedMessages target)
    {
        var draw = Draw();
        var retriesFirst = draw < node.Options.PopFromRetryProbability;
        if (retriesFirst && !order.IsOrdered)
            TakeRetries(order, reviveQueue, popTime, draw, target);
        if (order.QueueId < 0)
            TakeAll(order, order.Group, reviveQueue, popTime, draw, target);
        else
            reader.Take(order, order.Group.Queue(order.QueueId), reviveQueue, popTime, target);
        if (!retriesFirst && !order.IsOrdered && target.MessageCount < order.MaxMessages)
            TakeRetries(order, reviveQueue, popTime, draw, target);
    }

    void TakeRetries(in PopOrder order, ReviveQueue? reviveQueue, long popTime, int draw, PoppedMessages target)
    {
        if (retries.TryChoose(order.Group, draw, out var topic))
            TakeAll(order, groups.Get(topic, order.Group.Group), reviveQueue, popTime, draw, target);
    }

    void TakeAll(
        in PopOrder order,
        PopGroup group,
        ReviveQueue? reviveQueue,
        long popTime,
        int draw,
        PoppedMessages target
    )
    {
        var queues = group.Topic.ReadQueues;
        for (var i = 0; i < queues; i++)
            reader.Take(order, group.Queue((draw + i) % queues), reviveQueue, popTime, target);
    }

    void Answer(in PopOrder order, ReviveQueue? reviveQueue, long popTime, PoppedMessages messages)
    {
        var code = ResponseCode.Success;
        if (messages.MessageCount == 0)
        {
            switch (_held.TryHold(order, FreeAt(order)))
            {
                case HoldOutcome.Held:
                    messages.Release();
                    LookOnceMore(order);
                    return;
                case HoldOutcome.Full:
                    code = ResponseCode.PollingFull;
                    break;
                default:
                    code = ResponseCode.PollingTimeout;
                    break;
            }
        }
        var reply = order.Token.Begin(code, code == ResponseCode.Success ? "FOUND"u8 : "NO_MESSAGE_IN_QUEUE"u8);
        reply.Field("popTime"u8, popTime);
        reply.Field("invisibleTime"u8, order.InvisibleMs);
        reply.Field("reviveQid"u8, reviveQueue?.QueueId ?? PopHandle.OrderedReviveQueue);
        reply.Field("restNum"u8, messages.Rest);
        reply.Field("startOffsetInfo"u8, messages.StartOffsetInfo.WrittenSpan);
        reply.Field("msgOffsetInfo"u8, messages.MsgOffsetInfo.WrittenSpan);
        if (order.IsOrdered)
            reply.Field("orderCountInfo"u8, messages.OrderCountInfo.WrittenSpan);
        if (code != ResponseCode.Success)
        {
            node.Stats.OnMissed();
            messages.Release();
            reply.Send();
            return;
        }
        var rest = messages.Rest;
        reply.Send(messages);
        if (rest > 0)
            _held.Wake(order.Group, order.QueueId);
    }

    /// <summary>A message may have come between the look and the wait, when nobody was there to be woken.</summary>
    void LookOnceMore(in PopOrder order)
    {
        if (HasMessages(order))
            _held.Wake(order.Group, order.QueueId);
    }

    bool HasMessages(in PopOrder order)
    {
        if (order.QueueId >= 0)
            return reader.HasMessages(order.Group.Queue(order.QueueId), order.IsOrdered, order.AttemptId)
                || HasRetries(order);
        for (var i = 0; i < order.Group.Topic.ReadQueues; i++)
        {
            if (reader.HasMessages(order.Group.Queue(i), order.IsOrdered, order.AttemptId))
                return true;
        }
        return HasRetries(order);
    }

    bool HasRetries(in PopOrder order)
    {
        if (order.IsOrdered)
            return false;
        foreach (var name in order.Group.RetryNames.AsSpan(retries.Forms))
        {
            if (node.Topics.TryGet(name, out var topic) && retries.HasMessages(topic, order.Group))
                return true;
        }
        return false;
    }

    /// <summary>When a queue that blocks an ordered pop becomes free by itself.</summary>
    long FreeAt(in PopOrder order)
    {
        if (!order.IsOrdered)
            return long.MaxValue;
        var now = log.Now;
        var first = long.MaxValue;
        foreach (var queue in order.Group.Queues)
        {
            if (order.QueueId >= 0 && queue.QueueId != order.QueueId)
                continue;
            lock (queue.Gate)
            {
                if (queue.Ordered?.FreeAt(now) is { } free && free > now)
                    first = Math.Min(first, free);
            }
        }
        return first;
    }

    ReviveQueue NextReviveQueue() =>
        log.Queues[(int)((uint)Interlocked.Increment(ref _reviveTurn) % (uint)log.Queues.Count)];

    int Draw()
    {
        lock (random)
            return random.Next(Percent);
    }

    string Say(string what) => $"the broker[{System.Text.Encoding.ASCII.GetString(node.Standing.HostText)}] {what}";
}
