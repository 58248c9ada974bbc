using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Core.Pop;

/// <summary>Why requests of POP consumers are refused, in the order and with the remarks of Apache 5.3.3.</summary>
sealed class PopChecks(BrokerNode node)
{
    /// <summary>What <see cref="IsReadable"/> and <see cref="TryRead"/> refuse with.</summary>
    public static IReadOnlyList<ResponseCode> ReadRefusals { get; } =
    [
        ResponseCode.NoPermission,
        ResponseCode.TopicNotExist,
        ResponseCode.SubscriptionGroupNotExist,
        ResponseCode.InvalidParameter,
    ];

    /// <summary>Whether this broker keeps checkpoints at present; false after a refusal.</summary>
    public bool IsServing(Request request, ReviveService revive)
    {
        if (revive.IsServing)
            return true;
        request.Reply(ResponseCode.ServiceNotAvailable, Remarks.NotAvailable(node.Store));
        return false;
    }

    /// <summary>Finds topic and group and asks whether messages may be read; false after a refusal.</summary>
    /// <param name="request">The request.</param>
    /// <param name="header">Its fields.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group.</param>
    public bool TryRead(
        Request request,
        in PopHeader header,
        [NotNullWhen(true)] out Topic? topic,
        [NotNullWhen(true)] out SubscriptionGroup? group
    )
    {
        group = null;
        if (!TryTopic(request, header.Topic, out topic))
            return false;
        if ((topic.Permission & TopicPermission.Read) == 0)
            return Refuse(request, ResponseCode.NoPermission, $"the topic[{topic.Name}] peeking message is forbidden");
        if (header.QueueId >= topic.ReadQueues)
            return Refuse(request, ResponseCode.InvalidParameter, IllegalQueue(request, topic, header.QueueId));
        if (!node.Groups.TryGetOrCreate(header.Group, out group))
            return RefuseGroup(request, header.Group);
        return group.Config.ConsumeEnable || Refuse(request, ResponseCode.NoPermission, group.NoPermission);
    }

    /// <summary>Whether the broker as a whole may be read; false after a refusal.</summary>
    public bool IsReadable(Request request, string verb) =>
        (node.Options.BrokerPermission & (int)TopicPermission.Read) != 0
        || Refuse(
            request,
            ResponseCode.NoPermission,
            $"the broker[{Encoding.ASCII.GetString(node.Standing.HostText)}] {verb} message is forbidden"
        );

    /// <summary>Finds a topic; false after a refusal.</summary>
    public bool TryTopic(Request request, ReadOnlySpan<byte> name, [NotNullWhen(true)] out Topic? topic) =>
        node.Topics.TryGet(name, out topic)
        || Refuse(
            request,
            ResponseCode.TopicNotExist,
            $"topic[{Text(name)}] not exist, apply first please! \n{Remarks.Faq}"
        );

    /// <summary>What is said about a queue that a topic does not have.</summary>
    public static string IllegalQueue(Request request, Topic topic, int queueId) =>
        $"queueId[{queueId}] is illegal, topic:[{topic.Name}] topicConfig.readQueueNums:[{topic.ReadQueues}] "
        + $"consumer:[/{request.Connection.RemoteEndPoint}]";

    /// <summary>Answers that a group does not exist and must not be made.</summary>
    public static bool RefuseGroup(Request request, ReadOnlySpan<byte> name) =>
        Refuse(
            request,
            ResponseCode.SubscriptionGroupNotExist,
            $"subscription group [{Text(name)}] does not exist, \n{Remarks.Faq}"
        );

    /// <summary>Answers that what should say which message is meant does not.</summary>
    public static void RefuseHandle(Request request, ReadOnlySpan<byte> extraInfo) =>
        request.Reply(ResponseCode.SystemError, $"the field <extraInfo> is not a handle: {Text(extraInfo)}");

    /// <summary>Answers with a refusal, and the fields that the reference's answers have at zero then.</summary>
    public static bool Refuse(Request request, ResponseCode code, string remark)
    {
        var reply = request.Begin(code, Encoding.UTF8.GetBytes(remark));
        switch (request.Code)
        {
            case RequestCode.PopMessage or RequestCode.PeekMessage:
                Zeros(ref reply);
                reply.Field("restNum"u8, 0);
                break;
            case RequestCode.ChangeMessageInvisibleTime:
                Zeros(ref reply);
                break;
            case RequestCode.Notification:
                reply.Field("hasMsg"u8, false);
                reply.Field("pollingFull"u8, false);
                break;
            case RequestCode.PollingInfo:
                reply.Field("pollingNum"u8, 0);
                break;
        }
        reply.Send();
        return false;
    }

    static void Zeros(ref ReplyWriter reply)
    {
        reply.Field("popTime"u8, 0);
        reply.Field("invisibleTime"u8, 0);
        reply.Field("reviveQid"u8, 0);
    }

    static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
