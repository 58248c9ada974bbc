using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Core.Groups;
using Broker.Core.Retry;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Broker.Core.Send;

/// <summary>Why a send may be refused before the store sees it, in the order of protocol.md §4.5.</summary>
public sealed partial class SendProcessor
{
    /// <summary>The topic to store in, or null after a refusal.</summary>
    internal Topic? Place(Request request, in SendHeader header)
    {
        var standing = _node.Standing;
        if (!standing.IsMaster)
            return Refused(request, ResponseCode.ServiceNotAvailable, Remarks.NotAvailable(_store));
        if (_time.GetUtcNow().ToUnixTimeMilliseconds() < _options.StartAcceptSendRequestTimeStamp)
            return Refused(
                request,
                ResponseCode.SystemError,
                $"broker unable to service, until {_options.StartAcceptSendRequestTimeStamp}"
            );
        _topics.TryGet(header.Topic, out var topic);
        if ((_options.BrokerPermission & (int)TopicPermission.Write) == 0 && topic is { Config.Order: true })
            return Refused(request, ResponseCode.NoPermission, Forbidden(standing, "sending message"));
        if (topic is null && TopicName.Problem(header.Topic) is { } problem && !IsRetryOfPops(header.Topic))
            return Refused(request, ResponseCode.InvalidParameter, problem);
        if (TopicName.IsUnsendable(header.Topic))
            return Refused(
                request,
                ResponseCode.NoPermission,
                $"Sending message to topic[{Text(header.Topic)}] is forbidden."
            );
        if (topic is null && !TryCreate(header, out topic))
            return Refused(request, ResponseCode.TopicNotExist, Missing(header.Topic));
        if (header.QueueId >= Math.Max(topic.WriteQueues, topic.ReadQueues))
        {
            return Refused(
                request,
                ResponseCode.InvalidParameter,
                $"request queueId[{header.QueueId}] is illegal, {topic} Producer: {request.Connection.RemoteEndPoint}"
            );
        }
        return topic.IsRetry ? PlaceRetry(request, header, topic) : topic;
    }

    /// <summary>
    /// A client sends a message back itself when CONSUMER_SEND_MSG_BACK failed. It has counted this delivery
    /// already, so here only more than the limit is too often (protocol.md §4.5). A group that holds queues consumes in
    /// order, tries again by itself, and sends only what it gives up: the number is that of the limit then, or less.
    /// </summary>
    Topic? PlaceRetry(Request request, in SendHeader header, Topic topic)
    {
        var groupName = header.Topic[TopicName.RetryPrefix.Length..];
        if (!TryGroupThatPops(groupName, out var group) && !_node.Groups.TryGetOrCreate(groupName, out group))
        {
            return Refused(
                request,
                ResponseCode.SubscriptionGroupNotExist,
                $"subscription group not exist, {Text(groupName)} {Remarks.Faq}"
            );
        }
        var limit = _node.Retries.Of(group, request.Connection, header.MaxReconsumeTimes);
        return header.ReconsumeTimes > limit || _node.Locks.AreHeldBy(group.Name)
            ? _topics.GetOrCreate(SystemTopics.Own(TopicName.DeadLetterPrefix + group.Name))
            : topic;
    }

    /// <summary>
    /// The name of a pop retry topic holds group and topic (protocol.md §4.10). It is not taken for the name of a group
    /// as Apache does, which makes one of that name or, where groups are not made on first use, refuses the message.
    /// </summary>
    bool TryGroupThatPops(ReadOnlySpan<byte> name, [NotNullWhen(true)] out SubscriptionGroup? group)
    {
        if (_node.Groups.TryGet(name, out group))
            return true;
        for (var i = 1; i < name.Length - 1; i++)
        {
            if (name[i] is not ((byte)'_' or (byte)'+'))
                continue;
            if (_node.Groups.TryGet(name[..i], out group) && _topics.TryGet(name[(i + 1)..], out _))
                return true;
        }
        group = null;
        return false;
    }

    /// <summary>A pop retry topic's name holds a letter that no other topic may have.</summary>
    bool IsRetryOfPops(ReadOnlySpan<byte> name) =>
        TopicName.IsRetry(name) && TryGroupThatPops(name[TopicName.RetryPrefix.Length..], out _);

    string Missing(ReadOnlySpan<byte> name) =>
        _options.AutoCreateTopicEnable && _topics.IsFull
            ? $"topic[{Text(name)}] not exist, and this broker has {_topics.Count} topics: with autoCreateTopicsMax or "
                + "more an administrator must create further ones"
            : Remarks.TopicMissing(Text(name));

    bool TryCreate(in SendHeader header, [NotNullWhen(true)] out Topic? topic)
    {
        const int unit = 1;
        const int unitSubscription = 2;
        var isRetry = TopicName.IsRetry(header.Topic);
        var sysFlag = header.UnitMode
            ? isRetry
                ? unitSubscription
                : unit
            : 0;
        if (_topics.TryCreateOnSend(header.Topic, header.DefaultTopic, header.DefaultQueues, sysFlag, out topic))
            return true;
        if (!isRetry || (_topics.IsFull && !TryGroupThatPops(header.Topic[TopicName.RetryPrefix.Length..], out _)))
            return false;
        topic = _topics.GetOrCreate(SystemTopics.Own(Text(header.Topic), sysFlag));
        return true;
    }

    /// <summary>What is wrong with the message itself; an empty remark when nothing is.</summary>
    (ResponseCode Code, string Remark) Refusal(in SendHeader header, in SentProperties sent, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body.Length > _options.MaxMessageSize)
            return (ResponseCode.MessageIllegal, Remarks.Illegal(_options.MaxMessageSize));
        // What is sent for another try has been taken once.
        if (_options.MaxDeferredMessageSize is > 0 and var most && body.Length > most && header.ReconsumeTimes == 0)
        {
            if (sent.IsTimed || sent.DelayLevel > 0 || IsHalf(header, sent))
                return (ResponseCode.MessageIllegal, Remarks.Illegal(most));
        }
        // Consumers would unwrap it into messages whose offsets others have.
        if ((header.SysFlag & SysFlag.InnerBatch) != 0)
            return (
                ResponseCode.MessageIllegal,
                "only topics of queue.type=BatchCQ, which are not supported, take this"
            );
        if (header.IsBatch && TopicName.IsRetry(header.Topic))
            return (ResponseCode.MessageIllegal, $"batch request does not support retry group {Text(header.Topic)}");
        if (header.IsBatch && (sent.DelayLevel > 0 || sent.IsTimed))
            return (ResponseCode.MessageIllegal, Remarks.Illegal(_options.MaxMessageSize));
        if (IsHalf(header, sent))
            return HalfRefusal(sent);
        return (ResponseCode.Success, "");
    }

    /// <summary>
    /// Whether the message is the first half of a transaction. Old clients leave the mark on what they send back for
    /// another try.
    /// </summary>
    static bool IsHalf(in SendHeader header, in SentProperties sent) =>
        sent.IsPrepared && !header.IsBatch && !(header.ReconsumeTimes > 0 && sent.DelayLevel > 0);

    (ResponseCode Code, string Remark) HalfRefusal(in SentProperties sent)
    {
        if (_options.RejectTransactionMessage)
            return (ResponseCode.NoPermission, Forbidden(_node.Standing, "sending transaction message"));
        // Apache takes such a message and never delivers it; its own client drops the delay before it sends.
        if (sent.DelayLevel > 0 || sent.IsTimed)
            return (ResponseCode.MessageIllegal, "a message of a transaction cannot be delayed");
        if (_node.Transactions.IsFull)
            return (ResponseCode.SystemBusy, "too many transactions are undecided");
        return (ResponseCode.Success, "");
    }

    /// <summary>Decides when a message is delivered that asks for a time; false after a refusal.</summary>
    bool TryPlaceInTime(in ReplyToken token, Topic topic, scoped ref SentProperties sent)
    {
        // Dead letters are final: they are not delayed once more (protocol.md §4.6).
        if (!sent.IsTimed || topic.IsDeadLetter)
            return true;
        var timers = _node.Timers.Policy;
        if (!timers.IsEnabled)
        {
            Refuse(token, ResponseCode.SystemError, "accurate timer message is not enabled, timerWheelEnable is false");
            return false;
        }
        var decision = timers.Decide(sent.Wish);
        sent.OutMs = decision.OutMs;
        if (!decision.IsLegal)
            Refuse(
                token,
                ResponseCode.MessageIllegal,
                $"timer message illegal, the delay time should not be bigger than the max delay {timers.MaxDelayMs}ms; "
                    + "or if set del msg, the delay time should be bigger than the current time"
            );
        return decision.IsLegal;
    }

    Topic? Refused(Request request, ResponseCode code, string remark)
    {
        Refuse(request.Token, code, remark);
        return null;
    }

    static string Forbidden(BrokerStanding standing, string what) =>
        $"the broker[{Encoding.ASCII.GetString(standing.HostText)}] {what} is forbidden";

    static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
