using System.Text;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Delay;

/// <summary>A message that waits in a queue of the broker's own: where it goes, and how it is stored there.</summary>
static class ParkedMessage
{
    /// <summary>The queue that the message names as its own; false when it names none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="topics">The topics that exist.</param>
    /// <param name="store">Has queues also of topics that exist no more.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="topic">Its topic, null when that was deleted meanwhile.</param>
    public static bool TryFindPlace(
        in MessageView message,
        TopicTable topics,
        MessageStore store,
        out ConsumeQueue queue,
        out Topic? topic
    )
    {
        queue = null!;
        topic = null;
        var name = MessageProperties.Get(message.Properties, PropertyNames.RealTopic);
        if (
            name.IsEmpty
            || !MessageProperties.TryGetLong(message.Properties, PropertyNames.RealQueueId, out var queueId)
            || queueId is < 0 or > int.MaxValue
        )
            return false;
        var log = topics.TryGet(name, out topic) ? topic.Log : store.Topic(Encoding.UTF8.GetString(name));
        queue = log.Queue((int)queueId);
        return true;
    }

    /// <summary>The message with other properties and in another queue.</summary>
    public static AppendRequest In(ConsumeQueue queue, in MessageView message, ReadOnlySpan<byte> properties) =>
        new()
        {
            Queue = queue,
            Body = message.Body,
            Properties = properties,
            BornHost = message.BornHost,
            BornTimestamp = message.BornTimestamp,
            Flag = message.Flag,
            SysFlag = message.SysFlag,
            ReconsumeTimes = message.ReconsumeTimes,
            PreparedTransactionOffset = message.PreparedTransactionOffset,
        };
}
