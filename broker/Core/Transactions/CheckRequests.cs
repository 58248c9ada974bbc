using System.Buffers;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Transactions;

/// <summary>
/// CHECK_TRANSACTION_STATE (39): asks a producer how a transaction ended. Whoever of the group is there is asked, one
/// after the other; the answer comes as an END_TRANSACTION.
/// </summary>
sealed class CheckRequests(BrokerNode node, ILogger logger)
{
    /// <summary>A producer that has so much to read already is not asked for more.</summary>
    const int PendingBytesMax = 1 << 20;

    /// <summary>Whom to ask, null when nobody of the group is there.</summary>
    public Connection? Choose(in MessageView half)
    {
        var group = Encoding.UTF8.GetString(HalfMessage.Group(half));
        var producer = node.Producers.Next(group);
        if (producer is null)
            TransactionLog.NobodyThere(logger, group);
        return producer;
    }

    /// <summary>Whether the producer takes no more questions for now.</summary>
    public static bool IsCrowded(Connection producer) => producer.PendingOutputBytes > PendingBytesMax;

    /// <summary>Sends the question.</summary>
    /// <param name="producer">Whom to ask.</param>
    /// <param name="half">The message as it is stored now: the producer answers by its place.</param>
    public void Send(Connection producer, in MessageView half)
    {
        var key = Encoding.UTF8.GetString(MessageProperties.Get(half.Properties, PropertyNames.UniqueKey));
        var fields = new FieldList
        {
            { "topic", Encoding.UTF8.GetString(half.Topic) },
            { "msgId", key },
            { "transactionId", key },
            { "offsetMsgId", OffsetMessageId.ToString(half.StoreHost, half.PhysicalOffset) },
            { "commitLogOffset", half.PhysicalOffset },
            { "tranStateTableOffset", half.QueueOffset },
            { "bname", node.Options.BrokerName },
        };
        var body = ArrayPool<byte>.Shared.Rent(half.TotalSize + byte.MaxValue + 1);
        producer.Push(RequestCode.CheckTransactionState, fields, body.AsSpan(0, Encode(half, body)));
        ArrayPool<byte>.Shared.Return(body);
    }

    /// <summary>The message as its consumers will see it: with the topic and the queue that it goes to.</summary>
    static int Encode(in MessageView half, Span<byte> target)
    {
        MessageProperties.TryGetLong(half.Properties, PropertyNames.RealQueueId, out var queueId);
        return MessageEncoder.Encode(
            new MessageParts
            {
                Topic = HalfMessage.RealTopic(half),
                Body = half.Body,
                BodyCrc = half.BodyCrc,
                Properties = half.Properties,
                BornHost = half.BornHost,
                StoreHost = half.StoreHost,
                QueueId = (int)queueId,
                Flag = half.Flag,
                QueueOffset = half.QueueOffset,
                PhysicalOffset = half.PhysicalOffset,
                SysFlag = half.SysFlag,
                BornTimestamp = half.BornTimestamp,
                StoreTimestamp = half.StoreTimestamp,
                ReconsumeTimes = half.ReconsumeTimes,
                PreparedTransactionOffset = half.PreparedTransactionOffset,
            },
            target
        );
    }
}
