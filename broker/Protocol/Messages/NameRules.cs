using System.Buffers;

namespace Broker.Protocol.Messages;

/// <summary>
/// Which names topics and groups may have (protocol.md §3.1). Each check returns what is wrong, null when nothing is.
/// </summary>
public static class NameRules
{
    /// <summary>A topic's bytes: the length must fit one signed byte.</summary>
    public const int TopicBytesMax = 127;

    /// <summary>
    /// A group's bytes: with the prefix <c>%RETRY%</c> it is still a topic that fits one signed byte.
    /// </summary>
    public const int GroupBytesMax = 120;

    const string Charset = "^[%|a-zA-Z0-9_-]+$";

    static readonly SearchValues<byte> Legal = SearchValues.Create(
        "%|_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8
    );

    /// <summary>Before a group's name: the topic of its retries.</summary>
    public static ReadOnlySpan<byte> RetryPrefix => "%RETRY%"u8;

    /// <summary>Before a group's name: the topic of its dead letters.</summary>
    public static ReadOnlySpan<byte> DeadLetterPrefix => "%DLQ%"u8;

    /// <summary>Checks a topic's name.</summary>
    public static string? TopicProblem(ReadOnlySpan<byte> topic)
    {
        if (IsBlank(topic))
            return "The specified topic is blank.";
        if (topic.ContainsAnyExcept(Legal))
            return "The specified topic contains illegal characters, allowing only " + Charset;
        return topic.Length > TopicBytesMax ? "The specified topic is longer than topic max length." : null;
    }

    /// <summary>Checks a group's name.</summary>
    public static string? GroupProblem(ReadOnlySpan<byte> group)
    {
        if (IsBlank(group))
            return "The specified group is blank.";
        if (group.ContainsAnyExcept(Legal))
            return "The specified group contains illegal characters, allowing only " + Charset;
        return group.Length > GroupBytesMax ? "The specified group is longer than group max length." : null;
    }

    static bool IsBlank(ReadOnlySpan<byte> name) => name.TrimStart((byte)' ').IsEmpty;
}
