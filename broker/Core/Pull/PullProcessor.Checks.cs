using System.Text;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pull;

/// <summary>Why a pull may be refused, in the order of protocol.md §4.3, with Apache 5.3.3's remarks.</summary>
public sealed partial class PullProcessor
{
    const int BrokerForbidden = 1;
    const int GroupForbidden = 2;
    const int TopicForbidden = 3;

    /// <summary>The order that the request amounts to, or false after a refusal.</summary>
    bool TryOrder(Request request, in PullHeader header, out PullOrder order)
    {
        order = default;
        if ((_options.BrokerPermission & (int)TopicPermission.Read) == 0)
        {
            return Forbid(request, BrokerForbidden,
                $"the broker[{Encoding.ASCII.GetString(_node.Standing.HostText)}] pulling message is forbidden");
        }
        if (!_node.Topics.TryGet(header.Topic, out var topic))
            return Refuse(request, ResponseCode.TopicNotExist, Remarks.TopicMissing(Text(header.Topic)));
        if ((topic.Permission & TopicPermission.Read) == 0)
            return Forbid(request, TopicForbidden, $"the topic[{topic.Name}] pulling message is forbidden");
        if (header.QueueId < 0 || header.QueueId >= topic.ReadQueues)
        {
            return Refuse(request, ResponseCode.InvalidParameter,
                $"queueId[{header.QueueId}] is illegal, topic:[{topic.Name}] topicConfig.readQueueNums:[{topic.ReadQueues}] "
                + $"consumer:[{request.Connection.RemoteEndPoint}]");
        }
        if (!TryFilter(request, header, out var filter))
            return false;
        order = new PullOrder(
            request.Token, topic, header.Group.ToArray(), topic.Log.Queue(header.QueueId), header.Offset,
            header.MaxMessages, header.MaxBytes, filter, 0, 1);
        return true;
    }

    bool TryFilter(Request request, in PullHeader header, out TagFilter filter)
    {
        if (!_filters.TryGet(header.Subscription, out filter))
            return Refuse(request, ResponseCode.SubscriptionParseFailed, "parse the consumer's subscription failed");
        if (!header.ExpressionType.IsEmpty && !header.ExpressionType.SequenceEqual("TAG"u8))
        {
            return Refuse(request, ResponseCode.SystemError,
                $"The broker does not support consumer to filter message by {Text(header.ExpressionType)}");
        }
        return true;
    }

    static bool Forbid(Request request, int type, string remark)
    {
        var reply = request.Begin(ResponseCode.NoPermission, Encoding.UTF8.GetBytes(remark));
        reply.Field("forbiddenType"u8, type);
        reply.Send();
        return false;
    }

    static bool Refuse(Request request, ResponseCode code, string remark)
    {
        request.Reply(code, remark);
        return false;
    }

    static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
