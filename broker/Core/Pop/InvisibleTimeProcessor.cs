using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Serves CHANGE_MESSAGE_INVISIBLETIME (200053, protocol.md §4.10): the message gets a checkpoint of its own with the
/// new
/// time, and is acknowledged in its old one.
/// </summary>
sealed class InvisibleTimeProcessor(
    BrokerNode node,
    PopGroups groups,
    PopChecks checks,
    ReviveLog log,
    ReviveService revive,
    OrderedAcks ordered,
    AckProcessor acks
) : IRequestProcessor
{
    /// <inheritdoc/>
    public void Process(Request request)
    {
        var read = request.Read();
        var groupName = read.Text("consumerGroup"u8);
        var topicName = read.Text("topic"u8);
        var queueId = read.Int("queueId"u8);
        var extraInfo = read.Text("extraInfo"u8);
        var offset = read.Long("offset"u8);
        var invisibleMs = read.Long("invisibleTime"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var isHandle = PopHandle.TryRead(extraInfo, out var handle);
        if (isHandle)
            topicName = PopTopics.Real(topicName, groupName, handle.Mark);
        if (!checks.IsServing(request, revive) || !checks.TryTopic(request, topicName, out var topic))
            return;
        if (queueId < 0 || queueId >= topic.ReadQueues)
        {
            PopChecks.Refuse(request, ResponseCode.MessageIllegal, PopChecks.IllegalQueue(request, topic, queueId));
            return;
        }
        var stored = topic.Log.Queue(queueId);
        if (offset < stored.MinOffset.Value || offset >= stored.MaxOffset.Value)
        {
            PopChecks.Refuse(request, ResponseCode.NoMessage, "");
            return;
        }
        if (!isHandle)
        {
            PopChecks.RefuseHandle(request, extraInfo);
            return;
        }
        if (!node.Groups.TryGetOrCreate(groupName, out var group))
        {
            PopChecks.RefuseGroup(request, groupName);
            return;
        }
        var queue = groups.Get(topic, group).Queue(queueId);
        if (handle.IsOrdered)
            ChangeOrdered(request, queue, handle, offset, invisibleMs);
        else
            Change(request, queue, handle, offset, invisibleMs);
    }

    void ChangeOrdered(Request request, PopQueue queue, in PopHandle handle, long offset, long invisibleMs)
    {
        var visibleAt = log.Now + invisibleMs;
        if (!ordered.TryChange(queue, offset, handle.PopTime, visibleAt))
        {
            // It is done with. The reference answers with nothing but zeros.
            Answer(request.Token, popTime: 0, invisibleMs: 0, reviveQueueId: 0);
            return;
        }
        Answer(request.Token, handle.PopTime, visibleAt - handle.PopTime, PopHandle.OrderedReviveQueue);
    }

    void Change(Request request, PopQueue queue, in PopHandle handle, long offset, long invisibleMs)
    {
        var reviveQueue = log.Queues[handle.ReviveQueueId % log.Queues.Count];
        var checkpoint = new Checkpoint(reviveQueue);
        checkpoint.Begin(queue, new PopPlace(offset, FreeTime(queue, offset), invisibleMs, reviveQueue.QueueId));
        checkpoint.Add(offset);
        checkpoint.State = CheckpointState.Storing;
        var old = new CheckpointKey(handle.StartOffset, handle.PopTime);
        var change = new InvisibleChange(this, checkpoint, old, request.Token);
        var status = log.Write(checkpoint, acked: 0, change);
        if (status != AppendStatus.Accepted)
            request.Reply(ResponseCode.SystemError, "the new invisible time was not stored: " + status);
    }

    /// <summary>
    /// Now, or as soon after it as no other checkpoint begins at the offset: a pop in the same millisecond would
    /// otherwise
    /// have the same name, and the acknowledgement of the old checkpoint would hit the new one.
    /// </summary>
    long FreeTime(PopQueue queue, long offset)
    {
        var time = log.Now;
        lock (queue.Gate)
        {
            while (queue.Find(new CheckpointKey(offset, time)) is not null)
                time++;
        }
        return time;
    }

    static void Answer(in ReplyToken token, long popTime, long invisibleMs, int reviveQueueId)
    {
        var reply = token.Begin(ResponseCode.Success);
        reply.Field("popTime"u8, popTime);
        reply.Field("invisibleTime"u8, invisibleMs);
        reply.Field("reviveQid"u8, reviveQueueId);
        reply.Send();
    }

    /// <summary>
    /// The new checkpoint's way into the log. What follows takes locks, so it leaves the store's thread.
    /// </summary>
    sealed class InvisibleChange(
        InvisibleTimeProcessor owner,
        Checkpoint checkpoint,
        CheckpointKey old,
        ReplyToken token
    ) : AppendCompletion, IThreadPoolWorkItem
    {
        AppendStatus _outcome;

        public override void Completed(AppendStatus outcome)
        {
            _outcome = outcome;
            if (outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
                checkpoint.Revive.AddStored(checkpoint, QueueOffset.Value);
            checkpoint.Revive.Settled(outcome);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            if (_outcome is not (AppendStatus.Stored or AppendStatus.FlushTimeout))
            {
                token.Reply(ResponseCode.SystemError, "the new invisible time was not stored: " + _outcome);
                return;
            }
            lock (checkpoint.Queue.Gate)
            {
                checkpoint.State = CheckpointState.Stored;
                checkpoint.Queue.AddStored(checkpoint);
                checkpoint.Revive.Schedule(checkpoint, ReviveService.DueTime(checkpoint));
            }
            owner.AckOld(checkpoint, old);
            Answer(token, checkpoint.PopTime, checkpoint.InvisibleMs, checkpoint.Revive.QueueId);
        }
    }

    void AckOld(Checkpoint changed, in CheckpointKey old)
    {
        var group = changed.Queue.Group;
        node.Stats.OnCheckpoint(group.Topic, group.Group.NameUtf8);
        node.Stats.OnAcked(group.Topic, group.Group.NameUtf8, 1);
        acks.Ack(changed.Queue, old, changed.StartOffset, reply: null);
        node.Store.EndOfBatch();
    }
}
