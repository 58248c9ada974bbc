using System.Text;
using Broker.Core.Send;
using Broker.Core.Topics;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Broker.Core.Reply;

/// <summary>A reply that was taken: what goes to the requester and into the store. It owns copies of all.</summary>
sealed class ReplyOrder
{
    readonly FieldList _fields;

    /// <param name="request">The reply.</param>
    /// <param name="header">Its fields.</param>
    /// <param name="topic">The topic that it is stored in.</param>
    /// <param name="queueId">The queue of that topic.</param>
    /// <param name="marks">The properties that the broker adds.</param>
    public ReplyOrder(Request request, in SendHeader header, Topic topic, int queueId, ReadOnlySpan<byte> marks)
    {
        Topic = topic;
        QueueId = queueId;
        Body = request.Body.ToArray();
        var properties = new PropertiesWriter(stackalloc byte[512]);
        properties.Copy(header.Properties);
        properties.Copy(marks);
        Properties = properties.Written.ToArray();
        properties.Free();
        Requester = MessageProperties.TryGet(Properties, PropertyNames.ReplyToClient, out var client)
            ? Encoding.UTF8.GetString(client)
            : null;
        var born = new HostAddress(request.Connection.RemoteEndPoint);
        BornHost = new byte[born.Length];
        born.Write(BornHost);
        BornTimestamp = header.BornTimestamp;
        Flag = header.Flag;
        ReconsumeTimes = header.ReconsumeTimes;
        _fields = new FieldList
        {
            { "producerGroup", request.Fields.GetString("producerGroup"u8) ?? request.Fields.GetString("a"u8) },
            { "topic", topic.Name },
            { "defaultTopic", Encoding.UTF8.GetString(header.DefaultTopic) },
            { "defaultTopicQueueNums", header.DefaultQueues },
            { "queueId", header.QueueId },
            { "sysFlag", header.SysFlag },
            { "bornTimestamp", header.BornTimestamp },
            { "flag", header.Flag },
            { "reconsumeTimes", header.ReconsumeTimes },
            { "unitMode", header.UnitMode },
            { "bornHost", request.Connection.RemoteEndPoint.ToString() },
        };
    }

    public Topic Topic { get; }

    public int QueueId { get; }

    public byte[] Body { get; }

    public byte[] Properties { get; }

    public byte[] BornHost { get; }

    public long BornTimestamp { get; }

    public int Flag { get; }

    public int ReconsumeTimes { get; }

    /// <summary>The client id of the one who asked; null when the reply does not say.</summary>
    public string? Requester { get; }

    /// <summary>The fields of PUSH_REPLY_MESSAGE_TO_CLIENT (326), as of now.</summary>
    public FieldList PushFields(BrokerStanding standing, long nowMs)
    {
        var properties = new PropertiesWriter(stackalloc byte[512]);
        properties.CopyExcept(Properties, PropertyNames.PushReplyTime);
        properties.Add(PropertyNames.PushReplyTime, nowMs);
        var fields = new FieldList
        {
            { "storeHost", standing.Address.ToString() },
            { "storeTimestamp", nowMs },
            { "properties", Encoding.UTF8.GetString(properties.Written) },
        };
        properties.Free();
        foreach (var (name, value) in _fields)
            fields.Add(name, value);
        return fields;
    }
}
