using System.Collections.Concurrent;
using System.Numerics;
using System.Text;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Json;
using Broker.Remoting;

namespace Broker.Core.Pop;

/// <summary>Serves ACK_MESSAGE (200051) and BATCH_ACK_MESSAGE (200151), protocol.md §4.10.</summary>
sealed class AckProcessor(
    BrokerNode node,
    PopGroups groups,
    PopChecks checks,
    ReviveLog log,
    ReviveService revive,
    OrderedAcks ordered,
    PopMeters meters
)
{
    readonly ConcurrentQueue<AckReply> _replies = new();

    public void Register(ProcessorTable processors) =>
        processors
            .Map(
                RequestCode.AckMessage,
                Ack,
                ResponseCode.ServiceNotAvailable,
                ResponseCode.TopicNotExist,
                ResponseCode.MessageIllegal,
                ResponseCode.NoMessage
            )
            .Map(RequestCode.BatchAckMessage, AckBatch, ResponseCode.ServiceNotAvailable, ResponseCode.NoMessage);

    void Ack(Request request)
    {
        var read = request.Read();
        var groupName = read.Text("consumerGroup"u8);
        var topicName = read.Text("topic"u8);
        var queueId = read.Int("queueId"u8);
        var extraInfo = read.Text("extraInfo"u8);
        var offset = read.Long("offset"u8);
        var isHandle = PopHandle.TryRead(extraInfo, out var handle);
        if (isHandle)
            topicName = PopTopics.Real(topicName, groupName, handle.Mark);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        if (
            !checks.IsServing(request, revive)
            || !checks.TryTopic(request, topicName, out var topic)
            || !IsLegal(request, topic, queueId, offset)
        )
            return;
        if (isHandle)
            Ack(request, topic, groupName, queueId, handle, offset);
        else
            PopChecks.RefuseHandle(request, extraInfo);
    }

    void Ack(Request request, Topic topic, ReadOnlySpan<byte> groupName, int queueId, in PopHandle handle, long offset)
    {
        // A group that does not exist has nothing to acknowledge; the reference does not look at all.
        if (!node.Groups.TryGet(groupName, out var group))
        {
            request.Reply(ResponseCode.Success);
            return;
        }
        var queue = groups.Get(topic, group).Queue(queueId);
        if (handle.IsOrdered)
        {
            if (ordered.TryAck(queue, offset, handle.PopTime, handle.InvisibleMs, request.Connection, out var problem))
                request.Reply(ResponseCode.Success);
            else
                request.Reply(ResponseCode.MessageIllegal, problem);
            return;
        }
        node.Stats.OnAcked(topic, group.NameUtf8, 1);
        var reply = AckReply.Rent(_replies, request.Token);
        Ack(queue, new CheckpointKey(handle.StartOffset, handle.PopTime), offset, reply);
        reply.Ended();
    }

    void AckBatch(Request request)
    {
        if (!checks.IsServing(request, revive))
            return;
        if (
            request.Body.IsEmpty
            || !FastJson.TryParse(request.Body, out var body, out _)
            || body["acks"].Items.Count == 0
        )
        {
            request.Reply(ResponseCode.NoMessage);
            return;
        }
        var reply = AckReply.Rent(_replies, request.Token);
        foreach (var part in body["acks"].Items)
            AckPart(part, request.Connection, reply);
        reply.Ended();
    }

    /// <summary>What does not exist, and offsets outside of the queue, are passed over as the reference does.</summary>
    void AckPart(FastJson part, Connection connection, AckReply reply)
    {
        var groupName = part["c"].AsText("");
        var topicName = PopTopics.Real(part["t"].AsText(""), groupName, part["r"].AsText("0"));
        var queueId = part["q"].AsInt(-1);
        if (
            !groups.TryGet(Encoding.UTF8.GetBytes(topicName), Encoding.UTF8.GetBytes(groupName), out var group)
            || (uint)queueId >= (uint)group.Topic.ReadQueues
        )
            return;
        var queue = group.Queue(queueId);
        var start = part["so"].AsLong();
        var key = new CheckpointKey(start, part["pt"].AsLong());
        var isOrdered = part["rq"].AsInt() == PopHandle.OrderedReviveQueue;
        var bits = PopBits.Read(part["b"]);
        if (!isOrdered)
        {
            var count = 0;
            foreach (var one in bits)
                count += BitOperations.PopCount(one);
            node.Stats.OnAcked(group.Topic, group.Group.NameUtf8, count);
            Ack(queue, key, start, bits, reply);
            return;
        }
        for (var i = 0; i < bits.Length * 8; i++)
        {
            if ((bits[i / 8] & (1 << (i % 8))) != 0)
                ordered.TryAck(queue, start + i, key.PopTime, part["it"].AsLong(), connection, out _);
        }
    }

    /// <summary>Acknowledges one message.</summary>
    public void Ack(PopQueue queue, in CheckpointKey key, long offset, AckReply? reply)
    {
        Checkpoint? checkpoint;
        uint unlogged = 0;
        lock (queue.Gate)
        {
            checkpoint = queue.Find(key);
            if (checkpoint?.IndexOf(offset) is >= 0 and var index)
                unlogged = AckLocked(checkpoint, 1u << index);
        }
        End(checkpoint, unlogged, reply);
    }

    void Ack(PopQueue queue, in CheckpointKey key, long start, ReadOnlySpan<byte> bits, AckReply reply)
    {
        Checkpoint? checkpoint;
        uint unlogged = 0;
        lock (queue.Gate)
        {
            checkpoint = queue.Find(key);
            uint acked = 0;
            for (var i = 0; checkpoint is not null && i < checkpoint.Messages; i++)
            {
                var bit = checkpoint.OffsetOf(i) - start;
                if (bit >= 0 && bit < bits.Length * 8 && (bits[(int)(bit / 8)] & (1 << (int)(bit % 8))) != 0)
                    acked |= 1u << i;
            }
            if (acked != 0)
                unlogged = AckLocked(checkpoint!, acked);
        }
        End(checkpoint, unlogged, reply);
    }

    /// <returns>The bits that must be written to the revive log.</returns>
    static uint AckLocked(Checkpoint checkpoint, uint bits)
    {
        // What is being delivered again cannot be held back any more.
        if (checkpoint.State is CheckpointState.Reviving or CheckpointState.Done)
            return 0;
        checkpoint.Ack(bits);
        // While the record is being written, what comes now is found and written when that has ended.
        var unlogged = checkpoint.State == CheckpointState.Stored ? checkpoint.Acked & ~checkpoint.Logged : 0;
        checkpoint.Logged |= unlogged;
        if (checkpoint.IsAcked)
        {
            checkpoint.Queue.Remove(checkpoint);
            checkpoint.Revive.Forget(checkpoint);
            checkpoint.Queue.Advance();
        }
        return unlogged;
    }

    void End(Checkpoint? checkpoint, uint unlogged, AckReply? reply)
    {
        if (checkpoint is null)
            meters.LateAck();
        else if (unlogged != 0)
            log.WriteAcks(checkpoint, unlogged, reply);
    }

    bool IsLegal(Request request, Topic topic, int queueId, long offset)
    {
        if (queueId < 0 || queueId >= topic.ReadQueues)
            return PopChecks.Refuse(
                request,
                ResponseCode.MessageIllegal,
                PopChecks.IllegalQueue(request, topic, queueId)
            );
        var queue = topic.Log.Queue(queueId);
        var (min, max) = (queue.MinOffset.Value, queue.MaxOffset.Value);
        return (offset >= min && offset <= max)
            || PopChecks.Refuse(
                request,
                ResponseCode.NoMessage,
                $"offset is illegal, key:{topic.Name}@{queueId}, commit:{offset}, store:{min}~{max}"
            );
    }
}
