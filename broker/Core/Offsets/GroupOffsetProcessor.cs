using System.Text;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Offsets;

/// <summary>
/// Serves how far groups are: QUERY and UPDATE_CONSUMER_OFFSET (14, 15), and all of it for slaves (43).
/// </summary>
sealed class GroupOffsetProcessor(
    ConsumerOffsets offsets,
    TopicTable topics,
    SubscriptionGroups groups,
    MessageStore store
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.QueryConsumerOffset, Query, ResponseCode.QueryNotFound)
            .Map(
                RequestCode.UpdateConsumerOffset,
                Update,
                ResponseCode.TopicNotExist,
                ResponseCode.SubscriptionGroupNotExist,
                ResponseCode.InvalidParameter,
                ResponseCode.NoPermission
            )
            .Map(RequestCode.GetAllConsumerOffset, request => request.Reply(offsets.ToBody()));

    void Query(Request request)
    {
        var read = request.Read();
        var group = read.Text("consumerGroup"u8);
        var topicName = read.Text("topic"u8);
        var queueId = read.Int("queueId"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var offset = offsets.Query(group, topicName, queueId);
        if (offset < 0 && !read.Bool("setZeroIfNotFound"u8, absent: true))
        {
            request.Reply(ResponseCode.QueryNotFound, "Not found, do not set to zero, maybe this group boot first");
            return;
        }
        if (offset < 0 && !StartsAtZero(topicName, queueId))
        {
            request.Reply(
                ResponseCode.QueryNotFound,
                "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first"
            );
            return;
        }
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("offset"u8, Math.Max(offset, 0));
        reply.Send();
    }

    /// <summary>
    /// A new group starts at the beginning of a queue that is young: nothing of it was deleted, and its first message
    /// is
    /// still expected in memory (protocol.md §0.9).
    /// </summary>
    bool StartsAtZero(ReadOnlySpan<byte> topicName, int queueId)
    {
        if (!topics.TryGet(topicName, out var topic) || topic.FindQueue(queueId) is not { } queue)
            return true;
        if (queue.MinOffset.Value > 0)
            return false;
        Span<QueueEntry> first = stackalloc QueueEntry[1];
        if (store.ReadEntries(queue, new QueueOffset(0), first) == 0)
            return true;
        return store.MaxPosition.Value - first[0].Position.Value <= store.Options.InMemoryBytes;
    }

    void Update(Request request)
    {
        var read = request.Read();
        var group = read.Text("consumerGroup"u8);
        var topic = read.Text("topic"u8);
        var queueId = read.Int("queueId"u8);
        var offset = read.Long("commitOffset"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else if (!topics.TryGet(topic, out var known))
            request.Reply(ResponseCode.TopicNotExist, $"Topic {Encoding.UTF8.GetString(topic)} not exist!");
        else if (!groups.TryGet(group, out _))
            request.Reply(ResponseCode.SubscriptionGroupNotExist, $"Group {Encoding.UTF8.GetString(group)} not exist!");
        else if (GroupName.IsBrokers(group))
            request.Reply(ResponseCode.NoPermission, Remarks.BrokersOffsets(Encoding.UTF8.GetString(group)));
        else if (offsets.IsReset(group, topic, queueId))
            request.Reply(ResponseCode.Success, "Offset has been previously reset");
        else
            Commit(request, group, known, queueId, offset);
    }

    /// <summary>
    /// Apache takes any number. A position that the queue has not reached comes from another life of it, as after a
    /// power cut: kept, it would have the group skip messages that it never saw.
    /// </summary>
    void Commit(Request request, ReadOnlySpan<byte> group, Topic topic, int queueId, long offset)
    {
        if (topic.FindQueue(queueId) is not { } queue)
            request.Reply(ResponseCode.InvalidParameter, $"Topic {topic.Name} has no queue {queueId}");
        else if (offset > queue.MaxOffset.Value)
            request.Reply(
                ResponseCode.InvalidParameter,
                $"offset {offset} lies beyond the end of queue {queueId} of topic {topic.Name}, {queue.MaxOffset.Value}"
            );
        else if (!offsets.Commit(group, topic.NameUtf8, queueId, offset))
            request.Reply(ResponseCode.InvalidParameter, $"offset {offset} of queue {queueId} cannot be committed");
        else
            request.Reply(ResponseCode.Success);
    }
}
