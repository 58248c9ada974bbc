using Broker.Core.Groups;
using Broker.Protocol;
using Broker.Store.Queues;

namespace Broker.Core.Pull;

/// <content>Pulls of groups whose offset was set by an administrator.</content>
public sealed partial class PullProcessor
{
    /// <summary>Answers the pulls of a group that wait for a queue, so that they learn of their new offset.</summary>
    internal void OffsetReset(ConsumeQueue queue, SubscriptionGroup group) => _held.Wake(queue, group);

    /// <summary>Tells a consumer, once, where it is to go on: it forgets what it has and pulls there.</summary>
    bool TryAnswerReset(in PullOrder order)
    {
        var queue = order.Queue;
        if (!_node.Offsets.TryTakeReset(order.Group.NameUtf8, order.Topic.NameUtf8, queue.QueueId, out var offset))
            return false;
        var reply = order.Token.Begin(ResponseCode.PullOffsetMoved, "OFFSET_RESET"u8);
        reply.Field("suggestWhichBrokerId"u8, 0);
        reply.Field("groupSysFlag"u8, order.Group.Config.GroupSysFlag);
        reply.Field("nextBeginOffset"u8, offset);
        reply.Field("maxOffset"u8, queue.MaxOffset.Value);
        reply.Field("minOffset"u8, queue.MinOffset.Value);
        reply.Field("topicSysFlag"u8, order.Topic.Config.TopicSysFlag);
        reply.Send();
        return true;
    }
}
