using System.Buffers.Text;
using Broker.Protocol.Messages;

namespace Broker.Store.Queues;

/// <summary>
/// The third field of a queue entry: the hash of the message's tag, 0 without one, or the time of delivery in the
/// schedule topic (protocol.md §3.5).
/// </summary>
sealed class TagsCodes(IReadOnlyList<long> delayLevelsMs)
{
    /// <summary>The topic where delayed messages wait, one queue per level.</summary>
    public const string ScheduleTopic = "SCHEDULE_TOPIC_XXXX";

    /// <summary>What a level without an entry in the table waits, as with Apache.</summary>
    const long UnknownLevelDelayMs = 1_000;

    /// <summary>
    /// The code; when <paramref name="isDelay"/>, a delay in ms to which the store time must be added.
    /// </summary>
    public long Of(TopicLog topic, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> addedProperties, out bool isDelay)
    {
        isDelay = false;
        if (
            topic.IsSchedule
            && TryFind(properties, addedProperties, PropertyNames.DelayLevel, out var text)
            && Utf8Parser.TryParse(text, out int level, out _)
            && level > 0
        )
        {
            isDelay = true;
            level = Math.Min(level, delayLevelsMs.Count);
            return level == 0 ? UnknownLevelDelayMs : delayLevelsMs[level - 1];
        }

        return TryFind(properties, addedProperties, PropertyNames.Tags, out var tags) ? JavaHash.Of(tags) : 0;
    }

    /// <summary>The code of a stored message.</summary>
    public long Of(TopicLog topic, in MessageView message)
    {
        var code = Of(topic, message.Properties, default, out var isDelay);
        return isDelay ? code + message.StoreTimestamp : code;
    }

    static bool TryFind(
        ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> addedProperties,
        ReadOnlySpan<byte> name,
        out ReadOnlySpan<byte> value
    ) =>
        MessageProperties.TryGet(addedProperties, name, out value)
        || MessageProperties.TryGet(properties, name, out value);
}
