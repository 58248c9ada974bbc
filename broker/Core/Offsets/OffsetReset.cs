using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Offsets;

/// <summary>
/// Sets the offsets of a group, in the two ways of the reference. At the broker: members learn of it with their next
/// pull, and it works while nobody is online. At the members: each is pushed its new offsets (code 220), forgets what
/// it has and commits them itself.
/// </summary>
/// <param name="options">The broker's name.</param>
/// <param name="offsets">The offsets.</param>
/// <param name="consumers">The members.</param>
/// <param name="store">Finds offsets by time.</param>
/// <param name="told">Has the group's requests that wait for a queue of the topic look again.</param>
sealed class OffsetReset(
    BrokerOptions options,
    ConsumerOffsets offsets,
    ConsumerGroups consumers,
    MessageStore store,
    Action<Topic, int, SubscriptionGroup> told
)
{
    /// <summary>
    /// The reference's bound lies one beyond the end. It is taken for the end, or the next message would be skipped.
    /// </summary>
    const int BeyondEnd = 1;

    /// <summary>Sets the offsets here.</summary>
    /// <exception cref="RefusedException">The queue or the offset is not there (1).</exception>
    public IReadOnlyList<KeyValuePair<MessageQueue, long>> AtBroker(
        in ResetOrder order,
        Topic topic,
        SubscriptionGroup group
    )
    {
        var done = new List<KeyValuePair<MessageQueue, long>>();
        foreach (var queueId in QueuesOf(order, topic))
        {
            var queue = topic.Log.Queue(queueId);
            var offset = OffsetOf(order, queue);
            if (!offsets.Reset(group.NameUtf8, topic.NameUtf8, queueId, offset))
                throw new RefusedException(ResponseCode.SystemError, "too many groups and topics have offsets");
            told(topic, queueId, group);
            done.Add(KeyValuePair.Create(new MessageQueue(topic.Name, options.BrokerName, queueId), offset));
        }
        return done;
    }

    /// <summary>Pushes the offsets to the members.</summary>
    /// <exception cref="RefusedException">Nobody is online (206), or the group has no offset or a member is too old
    /// for it (1).</exception>
    public IReadOnlyList<KeyValuePair<MessageQueue, long>> AtMembers(
        in ResetOrder order,
        Topic topic,
        SubscriptionGroup group
    )
    {
        var wanted = new List<KeyValuePair<MessageQueue, long>>();
        foreach (var queueId in QueuesOf(order, topic))
        {
            var committed = offsets.Query(group.NameUtf8, topic.NameUtf8, queueId);
            if (committed < 0)
                throw new RefusedException(ResponseCode.SystemError, $"THe consumer group <{group.Name}> not exist");
            var offset = OffsetOf(order, topic.Log.Queue(queueId));
            wanted.Add(
                KeyValuePair.Create(
                    new MessageQueue(topic.Name, options.BrokerName, queueId),
                    order.IsForced ? offset : Math.Min(offset, committed)
                )
            );
        }
        Push(order, group, wanted);
        return wanted;
    }

    void Push(in ResetOrder order, SubscriptionGroup group, List<KeyValuePair<MessageQueue, long>> wanted)
    {
        var clients = consumers.TryGet(group.NameUtf8, out var members) ? members.Clients() : [];
        if (clients.Count == 0)
        {
            throw new RefusedException(
                ResponseCode.ConsumerNotOnline,
                $"Consumer not online, so can not reset offset, Group: {group.Name} Topic: {order.Topic} "
                    + $"Timestamp: {order.Timestamp}"
            );
        }
        foreach (var client in clients.Where(one => one.Version < ClientVersion.ResetPush))
            throw new RefusedException(ResponseCode.SystemError, GroupClient.TooOld(client));
        var fields = new FieldList
        {
            { "topic", order.Topic },
            { "group", order.Group },
            { "timestamp", order.Timestamp },
            { "isForce", order.IsForced },
        };
        var map = QueueOffsetMap.ToJson(wanted);
        var list = QueueOffsetMap.ToListJson(wanted);
        foreach (var client in clients)
        {
            var body = client.Language == LanguageCode.Cpp ? list : map;
            client.Connection.Push(RequestCode.ResetConsumerClientOffset, fields, body);
        }
    }

    static IEnumerable<int> QueuesOf(in ResetOrder order, Topic topic)
    {
        var count = Math.Max(topic.ReadQueues, topic.WriteQueues);
        if (order.QueueId < 0)
            return Enumerable.Range(0, topic.ReadQueues);
        if (order.QueueId < count)
            return [order.QueueId];
        throw new RefusedException(
            ResponseCode.SystemError,
            $"Topic {topic.Name} has no queue {order.QueueId}, only 0 to {count - 1}"
        );
    }

    long OffsetOf(in ResetOrder order, ConsumeQueue queue)
    {
        var (min, max) = (queue.MinOffset.Value, queue.MaxOffset.Value);
        if (order.QueueId < 0 || order.Offset < 0)
            return order.Timestamp < 0 ? max : store.SearchByTime(queue, order.Timestamp, TimeBoundary.Lower).Value;
        if (order.Offset < min || order.Offset > max + BeyondEnd)
        {
            throw new RefusedException(
                ResponseCode.SystemError,
                $"Target offset {order.Offset} not in consume queue range [{min}-{max}]"
            );
        }
        return Math.Min(order.Offset, max);
    }
}
