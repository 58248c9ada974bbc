using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Stats;

/// <summary>Serves how full topics are and who reads them: 202, 300 and 343.</summary>
sealed class StatsProcessor(
    BrokerOptions options,
    BrokerStats stats,
    TopicTable topics,
    ConsumerGroups consumers,
    ConsumerOffsets offsets,
    MessageStore store,
    Func<BrokerStanding> standing
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.GetTopicStatsInfo, TopicStats, ResponseCode.TopicNotExist)
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
            request.Reply(NameList.ToJson("topicList", offsets.TopicsOf(group), standing().Address.ToString()));
    }
}
