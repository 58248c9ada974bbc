using System.Text;
using Broker.Core.Filter;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pull;

/// <summary>Why a pull may be refused, in the order of protocol.md §4.3, with Apache 5.3.3's remarks.</summary>
public sealed partial class PullProcessor
{
    const int BrokerForbidden = 1;
    const int GroupForbidden = 2;
    const int TopicForbidden = 3;
    const int BroadcastForbidden = 4;
    const int SubscriptionForbidden = 5;

    /// <summary>The order that the request amounts to, or false after a refusal.</summary>
    bool TryOrder(Request request, in PullHeader header, out PullOrder order)
    {
        order = default;
        if ((_options.BrokerPermission & (int)TopicPermission.Read) == 0)
        {
            return Forbid(
                request,
                BrokerForbidden,
                $"the broker[{Encoding.ASCII.GetString(_node.Standing.HostText)}] pulling message is forbidden"
            );
        }
        if (!_node.Groups.TryGetOrCreate(header.Group, out var group))
            return Refuse(request, ResponseCode.SubscriptionGroupNotExist, Remarks.GroupMissing(Text(header.Group)));
        if (!group.Config.ConsumeEnable)
            return Forbid(request, GroupForbidden, group.NoPermission);
        if (!_node.Topics.TryGet(header.Topic, out var topic))
            return Refuse(request, ResponseCode.TopicNotExist, Remarks.PulledTopicMissing(Text(header.Topic)));
        if ((topic.Permission & TopicPermission.Read) == 0)
            return Forbid(request, TopicForbidden, $"the topic[{topic.Name}] pulling message is forbidden");
        if (header.QueueId < 0 || header.QueueId >= topic.ReadQueues)
        {
            return Refuse(
                request,
                ResponseCode.InvalidParameter,
                $"queueId[{header.QueueId}] is illegal, topic:[{topic.Name}] "
                    + $"topicConfig.readQueueNums:[{topic.ReadQueues}] "
                    + $"consumer:[{request.Connection.RemoteEndPoint}]"
            );
        }
        if (!_options.BroadcastOrderedTopicEnable && topic.IsOrdered && IsBroadcasting(header.Group))
        {
            return Forbid(
                request,
                BroadcastForbidden,
                $"the consumer group[{group.Name}] can not consume the ordered topic[{topic.Name}] by broadcast way"
            );
        }
        if (!TryFilter(request, header, group, out var filter))
            return false;
        order = new PullOrder(
            request.Token,
            topic,
            group,
            topic.Log.Queue(header.QueueId),
            header.Offset,
            header.MaxMessages,
            header.MaxBytes,
            filter
        );
        return true;
    }

    bool IsBroadcasting(ReadOnlySpan<byte> group) =>
        _node.Consumers.TryGet(group, out var members) && members.Model == MessageModel.Broadcasting;

    bool TryFilter(Request request, in PullHeader header, SubscriptionGroup group, out MessageFilter filter)
    {
        filter = MessageFilter.All;
        if (header.WantsClassFilter)
            return Refuse(request, ResponseCode.SystemError, Remarks.FilterUnsupported("class"));
        return header.HasSubscription
            ? TryRequestFilter(request, header, out filter)
            : TryHeartbeatFilter(request, header, group, out filter);
    }

    /// <summary>The subscription that the group's members told in their heartbeats (protocol.md §0.11).</summary>
    bool TryHeartbeatFilter(Request request, in PullHeader header, SubscriptionGroup group, out MessageFilter filter)
    {
        filter = MessageFilter.All;
        if (!_node.Consumers.TryGet(header.Group, out var members))
        {
            return Refuse(
                request,
                ResponseCode.SubscriptionNotExist,
                $"the consumer's group info not exist\n{Remarks.Faq}"
            );
        }
        if (!group.Config.ConsumeBroadcastEnable && members.Model == MessageModel.Broadcasting)
        {
            return Forbid(
                request,
                BroadcastForbidden,
                $"the consumer group[{group.Name}] can not consume by broadcast way"
            );
        }
        if (_node.Groups.IsForbidden(group.Name, header.Topic))
        {
            return Forbid(
                request,
                SubscriptionForbidden,
                $"the consumer group[{group.Name}] is forbidden for topic[{Text(header.Topic)}]"
            );
        }
        if (!members.TryGetSubscription(header.Topic, out var subscription))
        {
            return Refuse(
                request,
                ResponseCode.SubscriptionNotExist,
                $"the consumer's subscription not exist\n{Remarks.Faq}"
            );
        }
        if (subscription.SubVersion < header.SubVersion)
            return Refuse(request, ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest");
        if (subscription.Data.ClassFilterMode)
            return Refuse(request, ResponseCode.SystemError, Remarks.FilterUnsupported("class"));
        filter = subscription.Filter;
        return subscription.NamesTags || TryExpression(request, header, subscription.Data.ExpressionType, out filter);
    }

    /// <summary>The expression that the group's members told in their heartbeats.</summary>
    bool TryExpression(Request request, in PullHeader header, string type, out MessageFilter filter)
    {
        filter = MessageFilter.All;
        var isKnown = _node.ConsumerFilters.TryGet(header.Group, header.Topic, out var known);
        if (!isKnown || known!.Filter is null)
        {
            return Refuse(
                request,
                ResponseCode.FilterDataNotExist,
                "The broker's consumer filter data is not exist!Your expression may be wrong!"
                    + (isKnown ? $" {known!.Problem}" : "")
            );
        }
        if (known.ClientVersion < header.SubVersion)
        {
            return Refuse(request, ResponseCode.FilterDataNotLatest, "the consumer's consumer filter data not latest");
        }
        if (!_options.EnablePropertyFilter)
            return Refuse(request, ResponseCode.SystemError, Remarks.FilterUnsupported(type));
        filter = known.Filter;
        return true;
    }

    /// <summary>
    /// The reference hands out everything when the SQL of a pull is wrong; here that is refused (code 23).
    /// </summary>
    bool TryRequestFilter(Request request, in PullHeader header, out MessageFilter filter)
    {
        filter = MessageFilter.All;
        var type = header.ExpressionType;
        var namesTags = MessageFilters.IsTagType(type);
        if (!namesTags && header.Subscription.IsEmpty)
            return Refuse(request, ResponseCode.SubscriptionParseFailed, Remarks.SubscriptionParse);
        if (!namesTags && !_options.EnablePropertyFilter)
            return Refuse(request, ResponseCode.SystemError, Remarks.FilterUnsupported(Text(type)));
        if (!_node.Filters.TryGet(type, header.Subscription, out var found, out var problem))
        {
            return Refuse(
                request,
                ResponseCode.SubscriptionParseFailed,
                namesTags ? Remarks.SubscriptionParse : $"{Remarks.SubscriptionParse}: {problem}"
            );
        }
        filter = found;
        return true;
    }

    bool Forbid(Request request, int type, string remark)
    {
        _node.Refusals.Add("pull", ResponseCode.NoPermission, remark, request.Connection.RemoteEndPoint);
        var reply = request.Begin(ResponseCode.NoPermission, Encoding.UTF8.GetBytes(remark));
        reply.Field("forbiddenType"u8, type);
        reply.Send();
        return false;
    }

    bool Refuse(Request request, ResponseCode code, string remark)
    {
        _node.Refusals.Add("pull", code, remark, request.Connection.RemoteEndPoint);
        request.Reply(code, remark);
        return false;
    }

    static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
