using Broker.Core.Topics;

namespace Broker.Core.Send;

/// <summary>
/// Whether a message is of its topic's kind (attribute <c>message.type</c>). Apache's broker does not look, its proxy
/// does: here it is <c>enableTopicMessageTypeCheck</c>, named as the proxy's key, and off.
/// </summary>
static class MessageTypes
{
    const string Attribute = "message.type";

    /// <summary>What is wrong, in the words of Apache's proxy; null when nothing is.</summary>
    public static string? Problem(Topic topic, in SentProperties sent)
    {
        if (
            topic.Config.Attributes is not { } attributes
            || !attributes.TryGetValue(Attribute, out var expected)
            || topic.IsRetry
            || topic.IsDeadLetter
        )
            return null;
        var actual = Of(sent);
        return IsWelcome(expected, actual)
            ? null
            : $"TopicMessageType validate failed, the expected type is {expected}, but actual type is {actual}";
    }

    static string Of(in SentProperties sent) =>
        sent.IsPrepared ? "TRANSACTION"
        : sent.DelayLevel > 0 || sent.IsTimed ? "DELAY"
        : sent.IsSharded ? "FIFO"
        : "NORMAL";

    /// <summary>
    /// Senders of ordered messages choose the queue themselves; only newer ones also say by what, so a message
    /// without a sharding key may be an ordered one.
    /// </summary>
    static bool IsWelcome(string expected, string actual) =>
        expected is "MIXED" or "UNSPECIFIED" || actual == expected || (expected == "FIFO" && actual == "NORMAL");
}
