using Broker.Protocol.Messages;

namespace Broker.Core.Transactions;

/// <summary>
/// The properties of a half message (protocol.md §4.8): where it goes when it is committed, whose it is, and how often
/// its producer was asked.
/// </summary>
static class HalfMessage
{
    /// <summary>The half topic and the one of its settlements have one queue.</summary>
    public const int QueueId = 0;

    /// <summary>Adds what brings the message to its topic; it overrules what the sender wrote there.</summary>
    public static void Park(
        ReadOnlySpan<byte> uniqueKey,
        ReadOnlySpan<byte> topic,
        int queueId,
        scoped ref PropertiesWriter added
    )
    {
        added.Add(PropertyNames.TransactionId, uniqueKey);
        added.Add(PropertyNames.RealTopic, topic);
        added.Add(PropertyNames.RealQueueId, queueId);
    }

    /// <summary>
    /// The offset that the message had first. A checked message moves to the end of the half topic, but its producer
    /// may still decide by the place that it was told at first.
    /// </summary>
    public static long Origin(in MessageView half) =>
        MessageProperties.TryGetLong(half.Properties, PropertyNames.TransactionPreparedQueueOffset, out var origin)
            ? origin
            : half.QueueOffset;

    /// <summary>How often its producer was asked.</summary>
    public static int CheckTimes(in MessageView half) =>
        MessageProperties.TryGetLong(half.Properties, PropertyNames.TransactionCheckTimes, out var times)
            ? (int)Math.Clamp(times, 0, int.MaxValue)
            : 0;

    /// <summary>
    /// How long its producer wants to be left alone, in ms since it was born; null when the message does not say. -1
    /// stands for the broker's own time-out.
    /// </summary>
    public static long? ImmunityMs(in MessageView half, long timeOutMs)
    {
        if (!half.TryGetProperty(PropertyNames.TransactionCheckImmunity, out _))
            return null;
        return
            MessageProperties.TryGetLong(half.Properties, PropertyNames.TransactionCheckImmunity, out var seconds)
            && seconds is >= 0 and < long.MaxValue / 1000
            ? seconds * 1000
            : timeOutMs;
    }

    /// <summary>The group whose members know how the transaction ended.</summary>
    public static ReadOnlySpan<byte> Group(in MessageView half) =>
        MessageProperties.Get(half.Properties, PropertyNames.ProducerGroup);

    /// <summary>The topic that the message goes to, empty when it does not say.</summary>
    public static ReadOnlySpan<byte> RealTopic(in MessageView half) =>
        MessageProperties.Get(half.Properties, PropertyNames.RealTopic);
}
