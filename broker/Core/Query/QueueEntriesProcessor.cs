using System.Text;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Query;

/// <summary>Shows the entries of a consume queue as they lie on disk: QUERY_CONSUME_QUEUE (321).</summary>
sealed class QueueEntriesProcessor(TopicTable topics, ConsumerGroups consumers, MessageStore store)
{
    /// <summary>Entries of one answer, some 100 bytes each; the reference has no bound.</summary>
    const int EntriesMax = 10_000;

    public void Register(ProcessorTable processors) => processors.Map(RequestCode.QueryConsumeQueue, Query);

    void Query(Request request)
    {
        var read = request.Read();
        var name = read.String("topic"u8);
        var queueId = read.Int("queueId"u8);
        var index = read.Long("index"u8);
        var count = read.Int("count"u8);
        var group = read.OptionalText("consumerGroup"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        if (
            !topics.TryGet(name, out var topic)
            || queueId < 0
            || queueId >= Math.Max(topic.ReadQueues, topic.WriteQueues)
        )
            throw new RefusedException(ResponseCode.SystemError, $"{queueId}@{name} is not exist!");
        var queue = topic.Log.Queue(queueId);
        var (min, max) = (queue.MinOffset.Value, queue.MaxOffset.Value);
        if (index < min || index >= max)
        {
            // A success, as with the reference, which has nothing to show then.
            request.Reply(ResponseCode.Success, $"Index {index} of {queueId}@{name} is not exist!");
            return;
        }
        var entries = new QueueEntry[Math.Clamp(count, 0, EntriesMax)];
        var found = store.ReadEntries(queue, new QueueOffset(index), entries);
        var body = new QueueEntriesBody(
            min,
            max,
            [.. entries.Take(found).Select(one => (one.Position.Value, one.Size, one.TagsCode))]
        );
        request.Reply(group.IsEmpty ? body.ToJson() : WithSubscription(body, topic, group).ToJson());
    }

    QueueEntriesBody WithSubscription(QueueEntriesBody body, Topic topic, ReadOnlySpan<byte> group) =>
        consumers.TryGetSubscription(group, topic.NameUtf8, out var subscription)
            ? body with
            {
                FilterData = "null",
                Subscription = subscription.Data,
            }
            : body with
            {
                FilterData = $"{Encoding.UTF8.GetString(group)}@{topic.Name} is not online!",
            };
}
