using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Offsets;

/// <summary>
/// Serves what administrators do to the offsets of a group: set them (222), compare them with those of others (308),
/// copy them to another group (314).
/// </summary>
sealed class OffsetAdmin(
    BrokerOptions options,
    ConsumerOffsets offsets,
    TopicTable topics,
    SubscriptionGroups groups,
    ConsumerGroups consumers,
    OffsetReset reset,
    Func<BrokerStanding> standing,
    ILogger logger
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(
                RequestCode.InvokeBrokerToResetOffset,
                Reset,
                ResponseCode.TopicNotExist,
                ResponseCode.SubscriptionGroupNotExist,
                ResponseCode.ConsumerNotOnline,
                ResponseCode.NoPermission
            )
            .Map(RequestCode.QueryCorrectionOffset, Correction)
            .Map(RequestCode.CloneGroupOffset, Clone, ResponseCode.NoPermission);

    void Reset(Request request)
    {
        var read = request.Read();
        var order = new ResetOrder(
            read.String("topic"u8),
            read.String("group"u8),
            read.Int("queueId"u8, ResetOrder.AllQueues),
            read.Long("timestamp"u8, ResetOrder.ToEnd),
            read.Long("offset"u8, QueueOffsets.None),
            read.Bool("isForce"u8)
        );
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        if (!standing().IsMaster)
            throw new RefusedException(ResponseCode.SystemError, "Can not reset offset in slave broker");
        CheckIsNotBrokers(order.Group);
        if (!topics.TryGet(order.Topic, out var topic))
            throw new RefusedException(ResponseCode.TopicNotExist, $"Topic {order.Topic} does not exist");
        if (!groups.TryGet(Encoding.UTF8.GetBytes(order.Group), out var group))
            throw new RefusedException(ResponseCode.SubscriptionGroupNotExist, $"Group {order.Group} does not exist");
        var done = options.UseServerSideResetOffset
            ? reset.AtBroker(order, topic, group)
            : reset.AtMembers(order, topic, group);
        GroupLog.OffsetReset(logger, order.Group, order.Topic, done.Count, request.Connection.RemoteEndPoint);
        request.Reply(QueueOffsetMap.ToJson(done));
    }

    /// <summary>
    /// The smallest offset of all groups in each queue of a topic, and the largest number there is where the compared
    /// group is behind that: such a queue needs no correction.
    /// </summary>
    void Correction(Request request)
    {
        var read = request.Read();
        var name = read.String("topic"u8);
        var compared = read.OptionalString("compareGroup"u8) ?? "";
        var ignored = read.OptionalString("filterGroups"u8)?.Split(',') ?? [];
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        var least = new SortedDictionary<int, long>();
        if (topics.TryGet(name, out var topic))
        {
            foreach (var group in offsets.GroupsOf(name).Except(ignored, StringComparer.Ordinal))
                TakeLeast(least, topic, group);
            foreach (var (queueId, offset) in offsets.QueuesOf(Encoding.UTF8.GetBytes(compared), topic.NameUtf8))
            {
                if (!least.TryGetValue(queueId, out var smallest) || smallest > offset)
                    least[queueId] = long.MaxValue;
            }
        }
        request.Reply(CorrectionOffsets.ToJson(least));
    }

    void TakeLeast(SortedDictionary<int, long> least, Topic topic, string group)
    {
        foreach (var (queueId, offset) in offsets.QueuesOf(Encoding.UTF8.GetBytes(group), topic.NameUtf8))
        {
            if (offset < topic.Log.Queue(queueId).MinOffset.Value)
                continue;
            if (!least.TryGetValue(queueId, out var smallest) || offset < smallest)
                least[queueId] = offset;
        }
    }

    void Clone(Request request)
    {
        var read = request.Read();
        var from = read.String("srcGroup"u8);
        var to = read.Name("destGroup"u8);
        var only = read.OptionalString("topic"u8);
        var offline = read.Bool("offline"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        CheckIsNotBrokers(to);
        var source = Encoding.UTF8.GetBytes(from);
        foreach (var name in only is null ? offsets.TopicsOf(from) : [only])
        {
            // While the source is online, topics that it gave up are left out.
            if (topics.TryGet(name, out var topic) && (offline || !consumers.HasGivenUp(source, topic.NameUtf8)))
                offsets.Clone(source, Encoding.UTF8.GetBytes(to), topic.NameUtf8);
        }
        request.Reply(ResponseCode.Success);
    }

    static void CheckIsNotBrokers(string group)
    {
        if (GroupName.IsBrokers(Encoding.UTF8.GetBytes(group)))
            throw new RefusedException(ResponseCode.NoPermission, Remarks.BrokersOffsets(group));
    }
}
