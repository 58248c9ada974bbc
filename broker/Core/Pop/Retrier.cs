using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Pop;

/// <summary>
/// Puts what was not acknowledged in time into the retry topic of its group, with one more completed delivery
/// (protocol.md §4.10). Used by one thread at a time.
/// </summary>
sealed class Retrier(BrokerNode node, PopMeters meters, ILogger logger)
{
    readonly ReadResult _read = new();
    readonly QueueEntry[] _entry = new QueueEntry[1];

    /// <summary>Appends the messages of a checkpoint that are neither acknowledged nor put there before.</summary>
    /// <returns>False when the store takes nothing at the moment.</returns>
    public bool TryAppend(Checkpoint checkpoint, uint acked, RetryBatch batch)
    {
        var open = checkpoint.All & ~acked & ~checkpoint.RevivedBits;
        if (open == 0)
            return true;
        var target = RetryTopic(checkpoint.Queue.Group);
        for (var i = 0; i < checkpoint.Messages; i++)
        {
            if ((open & (1u << i)) == 0)
                continue;
            switch (Append(checkpoint, i, target, batch))
            {
                case AppendStatus.Accepted:
                    break;
                case AppendStatus.Illegal:
                    checkpoint.Revived(i);
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    /// <summary>Illegal means that the message can never be delivered again and is left out.</summary>
    AppendStatus Append(Checkpoint checkpoint, int index, Topic target, RetryBatch batch)
    {
        var queue = checkpoint.Queue;
        var offset = new QueueOffset(checkpoint.OffsetOf(index));
        if (
            node.Store.ReadEntries(queue.Log, offset, _entry) == 0
            || !node.Store.TryRead(queue.Log, offset, _entry[0], _read)
        )
        {
            PopLog.Gone(logger, queue.Group.Topic.Name, queue.QueueId, offset.Value);
            return AppendStatus.Illegal;
        }
        try
        {
            if (MessageView.Read(_read.Slices[0].Bytes.Span, out var message) != MessageProblem.None)
                return AppendStatus.Illegal;
            var status = TryAppend(checkpoint, message, target, batch, index);
            meters.Retried(queue.Group, status);
            if (status == AppendStatus.Illegal)
                PopLog.Refused(logger, queue.Group.Topic.Name, queue.QueueId, offset.Value);
            return status;
        }
        finally
        {
            _read.Release();
        }
    }

    /// <summary>Whatever goes wrong, the batch waits for no message that the store does not have.</summary>
    AppendStatus TryAppend(Checkpoint checkpoint, in MessageView message, Topic target, RetryBatch batch, int index)
    {
        var status = AppendStatus.Closed;
        var completion = batch.Next(checkpoint, index);
        try
        {
            return status = Append(checkpoint, message, target, completion);
        }
        finally
        {
            if (status != AppendStatus.Accepted)
                batch.TakeBack();
        }
    }

    AppendStatus Append(Checkpoint checkpoint, in MessageView message, Topic target, AppendCompletion completion)
    {
        var properties = new PropertiesWriter(stackalloc byte[1024]);
        var knowsFirst = message.ReconsumeTimes > 0 && message.TryGetProperty(PropertyNames.FirstPopTime, out _);
        if (knowsFirst)
        {
            properties.Copy(message.Properties);
        }
        else
        {
            properties.CopyExcept(message.Properties, PropertyNames.FirstPopTime);
            properties.Add(PropertyNames.FirstPopTime, checkpoint.PopTime);
        }
        // One that was taken before sends had to leave room goes without the time.
        var fits = properties.Written.Length <= MessageLayout.PropertiesBytesMax;
        var status = node.Store.Append(
            new AppendRequest
            {
                Queue = target.Log.Queue(0),
                Body = message.Body,
                Properties = fits ? properties.Written : message.Properties,
                // The reference names the broker as the sender of a retry, and tools rely on it.
                BornHost = node.Standing.StoreHost,
                BornTimestamp = message.BornTimestamp,
                Flag = message.Flag,
                SysFlag = message.SysFlag,
                ReconsumeTimes = message.ReconsumeTimes + 1,
            },
            completion
        );
        if (status == AppendStatus.Accepted)
            node.MessagesStored(target, 0, 1, message.TotalSize);
        properties.Free();
        return status;
    }

    /// <summary>
    /// What fails again in a topic of the older form moves to the newer one: there it is not another group's too.
    /// </summary>
    Topic RetryTopic(PopGroup group)
    {
        var isOlder = group.Mark == PopTopics.OlderMark && group.NormalName != group.Topic.Name;
        if (group.IsRetry && !(isOlder && node.Options.EnableRetryTopicV2))
            return group.Topic;
        var name = group.RetryNames[node.Options.EnableRetryTopicV2 ? 1 : 0];
        if (node.Topics.TryGet(name, out var known))
            return known;
        var made = node.Topics.GetOrCreate(
            SystemTopics.Own(PopTopics.Retry(group.NormalName, group.Group.Name, node.Options.EnableRetryTopicV2))
        );
        // From here on tools see how far the group is behind.
        if (node.Offsets.Query(group.Group.NameUtf8, made.NameUtf8, 0) == QueueOffsets.None)
            node.Offsets.Commit(group.Group.NameUtf8, made.NameUtf8, 0, 0);
        return made;
    }
}
