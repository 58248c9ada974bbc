using Broker.Core.Send;
using Broker.Protocol.Messages;

namespace Broker.Core.Retry;

/// <summary>
/// The properties of a message that is sent back: its own, less what an earlier delay left, and where it came from
/// first.
/// </summary>
static class RetryProperties
{
    public static void Write(in MessageView message, RetryDecision decision, scoped ref PropertiesWriter target)
    {
        foreach (var pair in MessageProperties.Enumerate(message.Properties))
        {
            if (!IsReplaced(pair.Name))
                target.Add(pair.Name, pair.Value);
        }
        if (!message.TryGetProperty(PropertyNames.RetryTopic, out _))
            target.Add(PropertyNames.RetryTopic, message.Topic);
        if (!message.TryGetProperty(PropertyNames.OriginMessageId, out _))
        {
            Span<byte> id = stackalloc byte[OffsetMessageId.CharsMax];
            target.Add(
                PropertyNames.OriginMessageId,
                id[..OffsetMessageId.Write(id, message.StoreHost, message.PhysicalOffset)]
            );
        }
        target.Add(PropertyNames.WaitStored, "false"u8);
        if (decision.IsDeadLetter)
            AddOrigin(message, ref target);
        else
            target.Add(PropertyNames.DelayLevel, decision.Level);
    }

    /// <summary>Where a dead letter comes from; for tools that bring it back to life.</summary>
    static void AddOrigin(in MessageView message, scoped ref PropertiesWriter target)
    {
        var topic = message.TryGetProperty(PropertyNames.RetryTopic, out var first) ? first : message.Topic;
        target.Add(PropertyNames.DlqOriginTopic, topic);
        if (message.TryGetProperty(PropertyNames.UniqueKey, out var id) && id.Length <= PropertyReserve.IdBytesMax)
            target.Add(PropertyNames.DlqOriginMessageId, id);
    }

    static bool IsReplaced(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(PropertyNames.DelayLevel)
        || name.SequenceEqual(PropertyNames.RealTopic)
        || name.SequenceEqual(PropertyNames.RealQueueId)
        || name.SequenceEqual(PropertyNames.WaitStored)
        || name.SequenceEqual(PropertyNames.DlqOriginTopic)
        || name.SequenceEqual(PropertyNames.DlqOriginMessageId);
}
