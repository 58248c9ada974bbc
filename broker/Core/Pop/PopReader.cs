using System.Buffers.Binary;
using Broker.Protocol.Messages;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Pop;

/// <summary>
/// Takes messages out of queues for one group, under the lock of topic, group and queue, and notes in a checkpoint,
/// or in
/// the ordered batch of the queue, who must acknowledge them.
/// </summary>
sealed class PopReader(BrokerNode node, ReviveLog log, ReviveService revive, OrderTable orders, ILogger logger)
{
    readonly MessageStore _store = node.Store;

    /// <summary>Checkpoints that are in memory at a time, for all queues.</summary>
    bool IsFull => log.Queues[0].Count >= node.Options.PopCkMaxBufferSize / log.Queues.Count;

    /// <summary>Takes messages of one queue for an order, as many as it still wants.</summary>
    public void Take(in PopOrder order, PopQueue queue, ReviveQueue? reviveQueue, long popTime, PoppedMessages target)
    {
        lock (queue.Gate)
        {
            TakeReset(queue);
            var offset = NextOffset(queue, order.FromStart, commit: true);
            if (order.IsOrdered && queue.Ordered?.Blocks(order.AttemptId, log.Now) == true)
                return;
            if (target.MessageCount >= order.MaxMessages || target.IsSpent || queue.IsFull || IsFull)
            {
                target.Rest += Math.Max(0, queue.Log.MaxOffset.Value - offset);
                return;
            }
            var read = target.NextRead();
            var max = order.MaxMessages - target.MessageCount;
            var status = _store.Read(queue.Log, new QueueOffset(offset), max, int.MaxValue, order.Filter, read);
            if (status is ReadStatus.OffsetTooSmall or ReadStatus.OffsetOverflowBadly or ReadStatus.OffsetFoundNull)
            {
                PopLog.Corrected(logger, queue.Group.Group.Name, queue.Group.Topic.Name, offset, read.NextOffset.Value);
                offset = read.NextOffset.Value;
                queue.Commit(offset);
                read.Release();
                status = _store.Read(queue.Log, new QueueOffset(offset), max, int.MaxValue, order.Filter, read);
            }
            target.Scanned += Math.Max(0, read.NextOffset.Value - offset);
            var place = new PopPlace(
                offset,
                popTime,
                order.InvisibleMs,
                reviveQueue?.QueueId ?? PopHandle.OrderedReviveQueue
            );
            if (status == ReadStatus.Found)
                HandOut(order, queue, reviveQueue, place, read, target);
            else if (status is ReadStatus.NoMatchedMessage or ReadStatus.MessageWasRemoving)
                Skip(order, queue, read.NextOffset.Value);
            target.Rest += Math.Max(0, read.MaxOffset.Value - Math.Max(offset, read.NextOffset.Value));
        }
    }

    /// <summary>Where the group goes on. The queue's lock must be held.</summary>
    public long NextOffset(PopQueue queue, bool fromStart, bool commit)
    {
        var offset = queue.Committed;
        if (offset < 0)
        {
            offset = FirstOffset(queue, fromStart);
            if (commit)
                queue.Commit(offset);
        }
        return Math.Max(offset, queue.HandedOut);
    }

    /// <summary>Whether a pop would find something. Takes the queue's lock.</summary>
    public bool HasMessages(PopQueue queue, bool isOrdered, ReadOnlySpan<byte> attemptId)
    {
        lock (queue.Gate)
        {
            TakeReset(queue);
            if (isOrdered && queue.Ordered?.Blocks(attemptId, log.Now) == true)
                return false;
            if (queue.IsFull || IsFull)
                return false;
            return queue.Log.MaxOffset.Value > NextOffset(queue, fromStart: true, commit: false);
        }
    }

    /// <summary>
    /// An administrator moved the offset (code 222): what was handed out and is not in the revive log yet is forgotten,
    /// and ordered consumption is no longer blocked.
    /// </summary>
    void TakeReset(PopQueue queue)
    {
        var (group, topic) = (queue.Group.Group.NameUtf8, queue.Group.Topic.NameUtf8);
        if (!node.Offsets.HasResets || !node.Offsets.TryTakeReset(group, topic, queue.QueueId, out var offset))
            return;
        queue.Reset(offset);
        orders.Changed();
    }

    /// <summary>
    /// The reference's rule for groups without an offset: protocol.md §4.10, and §0.9 for young queues.
    /// </summary>
    long FirstOffset(PopQueue queue, bool fromStart)
    {
        var min = queue.Log.MinOffset.Value;
        if (fromStart || queue.Group.IsRetry)
            return min;
        Span<QueueEntry> first = stackalloc QueueEntry[1];
        var isYoung =
            min <= 0
            && _store.ReadEntries(queue.Log, new QueueOffset(0), first) == 1
            && _store.MaxPosition.Value - first[0].Position.Value <= _store.Options.InMemoryBytes;
        return isYoung ? 0 : Math.Max(0, queue.Log.MaxOffset.Value - 1);
    }

    static void Skip(in PopOrder order, PopQueue queue, long next)
    {
        if (order.IsOrdered)
            queue.Commit(next);
        else
            queue.Skip(next);
    }

    void HandOut(
        in PopOrder order,
        PopQueue queue,
        ReviveQueue? reviveQueue,
        in PopPlace place,
        ReadResult read,
        PoppedMessages target
    )
    {
        FindOffsets(read, target.Offsets);
        if (reviveQueue is null)
            orders.HandOut(queue, order, place, target);
        else
            Note(queue, reviveQueue, place, target.Offsets, read.NextOffset.Value);
        Describe(queue, place, target);
        node.MessagesDelivered(queue.Group.Topic, queue.Group.Group, queue.QueueId, read.MessageCount, read.ByteCount);
        if (queue.Group.IsRetry && !node.Options.PopResponseReturnActualRetryTopic)
            Rewrite(order, queue, place, read, target);
        else
            target.Add(read);
    }

    void Note(PopQueue queue, ReviveQueue reviveQueue, in PopPlace place, List<long> offsets, long next)
    {
        node.Stats.OnCheckpoint(queue.Group.Topic, queue.Group.Group.NameUtf8);
        var checkpoint = reviveQueue.Rent();
        checkpoint.Begin(queue, place);
        foreach (var offset in offsets)
            checkpoint.Add(offset);
        checkpoint.NextOffset = next;
        queue.Add(checkpoint);
        reviveQueue.Schedule(checkpoint, revive.StoreTime(checkpoint));
    }

    static void Describe(PopQueue queue, in PopPlace place, PoppedMessages target)
    {
        var mark = queue.Group.Mark;
        target
            .StartOffsetInfo.NextEntry()
            .Letter(mark)
            .Letter((byte)' ')
            .Number(queue.QueueId)
            .Letter((byte)' ')
            .Number(place.StartOffset);
        target.MsgOffsetInfo.NextEntry().Letter(mark).Letter((byte)' ').Number(queue.QueueId);
        var separator = (byte)' ';
        foreach (var offset in target.Offsets)
        {
            target.MsgOffsetInfo.Letter(separator).Number(offset);
            separator = (byte)',';
        }
    }

    static void FindOffsets(ReadResult read, List<long> offsets)
    {
        offsets.Clear();
        foreach (var slice in read.Slices)
        {
            for (var rest = slice.Bytes.Span; !rest.IsEmpty; )
            {
                offsets.Add(BinaryPrimitives.ReadInt64BigEndian(rest[MessageLayout.QueueOffsetAt..]));
                rest = rest[BinaryPrimitives.ReadInt32BigEndian(rest)..];
            }
        }
    }

    /// <summary>
    /// Consumers see a retry under the topic that they subscribed to, with its handle already in it, since the client
    /// cannot tell any more where it lies.
    /// </summary>
    void Rewrite(in PopOrder order, PopQueue queue, in PopPlace place, ReadResult read, PoppedMessages target)
    {
        foreach (var slice in read.Slices)
        {
            for (var rest = slice.Bytes.Span; !rest.IsEmpty; )
            {
                if (MessageView.Read(rest, out var message) != MessageProblem.None)
                    break;
                Rewrite(order.Group.Topic.NameUtf8, queue, place, message, target);
                rest = rest[message.TotalSize..];
            }
        }
    }

    void Rewrite(
        ReadOnlySpan<byte> topic,
        PopQueue queue,
        in PopPlace place,
        in MessageView message,
        PoppedMessages target
    )
    {
        target.Handle.ResetWrittenCount();
        PopHandle.Write(target.Handle, place, queue.Group.Mark, log.BrokerName, queue.QueueId, message.QueueOffset);
        var added = new PropertiesWriter(stackalloc byte[256]);
        if (!message.TryGetProperty(PropertyNames.PopCheckpoint, out _))
            added.Add(PropertyNames.PopCheckpoint, target.Handle.WrittenSpan);
        var parts = new MessageParts
        {
            Topic = topic,
            Body = message.Body,
            BodyCrc = message.BodyCrc,
            Properties = message.Properties,
            AddedProperties = added.Written,
            BornHost = message.BornHost,
            StoreHost = message.StoreHost,
            QueueId = message.QueueId,
            Flag = message.Flag,
            QueueOffset = message.QueueOffset,
            PhysicalOffset = message.PhysicalOffset,
            SysFlag = message.SysFlag,
            BornTimestamp = message.BornTimestamp,
            StoreTimestamp = message.StoreTimestamp,
            ReconsumeTimes = message.ReconsumeTimes,
            PreparedTransactionOffset = message.PreparedTransactionOffset,
        };
        // Properties that the handle makes longer than a message can hold: the client makes its own handle then.
        var size = MessageEncoder.Size(parts);
        if (size > 0)
            target.EndRewritten(MessageEncoder.Encode(parts, target.BeginRewritten(size)));
        added.Free();
    }
}
