using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Stats;

/// <summary>Serves how full topics are and how far groups: 202, 208, 300 and 343.</summary>
sealed class StatsProcessor(
    BrokerOptions options,
    BrokerStats stats,
    TopicTable topics,
    ConsumerGroups consumers,
    ConsumerOffsets offsets,
    MessageStore store
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.GetTopicStatsInfo, TopicStats)
            .Map(RequestCode.GetConsumeStats, ConsumeStatsOf)
            .Map(RequestCode.QueryTopicConsumeByWho, GroupsOfTopic)
            .Map(RequestCode.QueryTopicsByConsumer, TopicsOfGroup);

    void TopicStats(Request request)
    {
        var read = request.Read();
        var name = read.Text("topic"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        if (!topics.TryGet(name, out var topic))
        {
            request.Reply(ResponseCode.TopicNotExist, $"topic[{Encoding.UTF8.GetString(name)}] not exist");
            return;
        }
        var queues = Enumerable
            .Range(0, Math.Max(topic.WriteQueues, topic.ReadQueues))
            .Select(id => OffsetOf(topic, id));
        request.Reply(new TopicStatsTable([.. queues], stats.PutRate(topic)).ToJson());
    }

    TopicOffset OffsetOf(Topic topic, int queueId)
    {
        var queue = topic.Log.Queue(queueId);
        var (min, max) = (queue.MinOffset.Value, queue.MaxOffset.Value);
        var last = max > min ? Math.Max(0, store.StoreTimeOf(queue, new QueueOffset(max - 1))) : 0;
        return new TopicOffset(new MessageQueue(topic.Name, options.BrokerName, queueId), min, max, last);
    }

    void ConsumeStatsOf(Request request)
    {
        var read = request.Read();
        var group = read.String("consumerGroup"u8);
        var only = read.OptionalString("topic"u8);
        var list = read.OptionalString("topicList"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        IEnumerable<string> names = only is not null ? [only] : list?.Split(';') ?? offsets.TopicsOf(group);
        var rate = 0.0;
        var found = new List<ConsumeOffset>();
        foreach (var name in names)
        {
            if (
                !topics.TryGet(name, out var topic)
                || consumers.HasGivenUp(Encoding.UTF8.GetBytes(group), topic.NameUtf8)
            )
                continue;
            rate += stats.GetRate(name, group);
            found.AddRange(Enumerable.Range(0, topic.ReadQueues).Select(id => OffsetOf(group, topic, id)));
        }
        request.Reply(new ConsumeStats(found, rate).ToJson());
    }

    ConsumeOffset OffsetOf(string group, Topic topic, int queueId)
    {
        var queue = topic.Log.Queue(queueId);
        var consumed = Math.Max(0, offsets.Query(Encoding.UTF8.GetBytes(group), topic.NameUtf8, queueId));
        return new ConsumeOffset(
            new MessageQueue(topic.Name, options.BrokerName, queueId),
            queue.MaxOffset.Value,
            consumed,
            consumed,
            LastConsumed(queue, consumed)
        );
    }

    /// <summary>When the message before the group's offset was stored; 0 when it cannot be read.</summary>
    long LastConsumed(ConsumeQueue queue, long consumed) =>
        consumed > 0 && consumed <= queue.MaxOffset.Value
            ? Math.Max(0, store.StoreTimeOf(queue, new QueueOffset(consumed - 1)))
            : 0;

    void GroupsOfTopic(Request request)
    {
        var read = request.Read();
        var topic = read.String("topic"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else
            request.Reply(
                NameList.ToJson(
                    "groupList",
                    consumers.GroupsOf(topic).Union(offsets.GroupsOf(topic), StringComparer.Ordinal)
                )
            );
    }

    void TopicsOfGroup(Request request)
    {
        var read = request.Read();
        var group = read.String("group"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else
            request.Reply(NameList.ToJson("topicList", offsets.TopicsOf(group)));
    }
}
