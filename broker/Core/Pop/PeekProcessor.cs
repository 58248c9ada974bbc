using System.Collections.Concurrent;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>Serves PEEK_MESSAGE (200052): what a pop would find, without taking it (protocol.md §2.1).</summary>
sealed class PeekProcessor(
    BrokerNode node,
    PopGroups groups,
    PopChecks checks,
    PopReader reader,
    RetryTopics retries,
    ReviveLog log,
    Random random
) : IRequestProcessor
{
    const int Percent = 100;

    readonly ConcurrentQueue<PoppedMessages> _pool = new();

    /// <inheritdoc/>
    public void Process(Request request)
    {
        var header = PopHeader.Read(request, log.Now);
        if (header.Problem is not null)
        {
            request.Reply(ResponseCode.SystemError, header.Problem);
            return;
        }
        if (!checks.IsReadable(request, "peeking") || !checks.TryRead(request, header, out var topic, out var group))
            return;
        var messages = PoppedMessages.Rent(_pool);
        try
        {
            Gather(header, topic, group, messages);
        }
        catch
        {
            messages.Release();
            throw;
        }
        Answer(request, messages);
    }

    void Gather(in PopHeader header, Topic topic, SubscriptionGroup group, PoppedMessages target)
    {
        var draw = Draw();
        var retriesFirst = draw < node.Options.PopFromRetryProbability;
        var own = groups.Get(topic, group);
        // As many as a pop may take, which refuses what is more; the reference shows as many as are asked for.
        var max = Math.Min(header.MaxMessages, Checkpoint.MessagesMax);
        if (retriesFirst)
            PeekRetries(own, max, draw, target);
        if (header.QueueId < 0)
            PeekAll(own, max, draw, target);
        else
            Peek(own.Queue(header.QueueId), max, target);
        if (!retriesFirst && target.MessageCount < max)
            PeekRetries(own, max, draw, target);
    }

    void PeekRetries(PopGroup own, int max, int draw, PoppedMessages target)
    {
        if (retries.TryChoose(own, draw, out var retry))
            PeekAll(groups.Get(retry, own.Group), max, draw, target);
    }

    void PeekAll(PopGroup group, int max, int draw, PoppedMessages target)
    {
        for (var i = 0; i < group.Topic.ReadQueues; i++)
            Peek(group.Queue((draw + i) % group.Topic.ReadQueues), max, target);
    }

    void Peek(PopQueue queue, int max, PoppedMessages target)
    {
        long offset;
        lock (queue.Gate)
            offset = reader.NextOffset(queue, fromStart: true, commit: false);
        target.Rest += Math.Max(0, queue.Log.MaxOffset.Value - offset);
        if (target.MessageCount >= max)
            return;
        var read = target.NextRead();
        var wanted = max - target.MessageCount;
        var status = node.Store.Read(queue.Log, new QueueOffset(offset), wanted, int.MaxValue, MessageFilter.All, read);
        if (status is ReadStatus.OffsetTooSmall or ReadStatus.OffsetOverflowBadly)
        {
            var corrected = read.NextOffset;
            read.Release();
            status = node.Store.Read(queue.Log, corrected, wanted, int.MaxValue, MessageFilter.All, read);
        }
        if (status == ReadStatus.Found)
            target.Add(read);
    }

    static void Answer(Request request, PoppedMessages messages)
    {
        var isEmpty = messages.MessageCount == 0;
        var reply = request.Begin(
            isEmpty ? ResponseCode.PullNotFound : ResponseCode.Success,
            isEmpty ? "NO_MESSAGE_IN_QUEUE"u8 : "FOUND"u8
        );
        // The reference shares the answer with pops and leaves these at zero.
        reply.Field("popTime"u8, 0);
        reply.Field("invisibleTime"u8, 0);
        reply.Field("reviveQid"u8, 0);
        reply.Field("restNum"u8, messages.Rest);
        if (!isEmpty)
        {
            reply.Send(messages);
            return;
        }
        messages.Release();
        reply.Send();
    }

    int Draw()
    {
        lock (random)
            return random.Next(Percent);
    }
}
