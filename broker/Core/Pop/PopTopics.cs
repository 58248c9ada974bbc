using System.Text;

namespace Broker.Core.Pop;

/// <summary>The names that POP gives to topics (protocol.md §4.10).</summary>
static class PopTopics
{
    /// <summary>The group whose offsets say how far the revive log has been dealt with.</summary>
    public static readonly byte[] ReviveGroup = "CID_RMQ_SYS_REVIVE_GROUP"u8.ToArray();

    /// <summary>Marks retry topics of the older form.</summary>
    public const byte OlderMark = (byte)'1';

    /// <summary>Marks retry topics of the newer form.</summary>
    public const byte NewerMark = (byte)'2';

    static ReadOnlySpan<byte> RetryPrefix => "%RETRY%"u8;

    /// <summary>Where checkpoints and acks are kept.</summary>
    public static string ReviveLog(string cluster) => "rmq_sys_REVIVE_LOG_" + cluster;

    /// <summary>
    /// Where messages of a topic wait that a group did not acknowledge. The older form, the reference's default, is
    /// ambiguous where group or topic hold the separator.
    /// </summary>
    public static string Retry(string topic, string group, bool second) =>
        second ? $"%RETRY%{group}+{topic}" : $"%RETRY%{group}_{topic}";

    /// <summary>
    /// The digit that handles name a kind of topic by: 0 none of these, 1 and 2 the two forms of retry topics.
    /// </summary>
    public static byte MarkOf(ReadOnlySpan<byte> topic)
    {
        if (!topic.StartsWith(RetryPrefix))
            return (byte)'0';
        return topic.Contains((byte)'+') ? NewerMark : OlderMark;
    }

    /// <summary>The topic that a mark and the names in a handle mean.</summary>
    public static string Real(string topic, string group, string mark) =>
        mark switch
        {
            "1" => Retry(topic, group, second: false),
            "2" => Retry(topic, group, second: true),
            _ => topic,
        };

    /// <summary>
    /// The topic that a handle's message lies in. Clients before 5.2 do not know the mark of the newer form and name
    /// the topic that they subscribed to.
    /// </summary>
    public static ReadOnlySpan<byte> Real(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> group, byte mark)
    {
        if (mark is not (OlderMark or NewerMark) || topic.StartsWith(RetryPrefix))
            return topic;
        var real = Retry(Encoding.UTF8.GetString(topic), Encoding.UTF8.GetString(group), second: mark == NewerMark);
        return Encoding.UTF8.GetBytes(real);
    }

    /// <summary>
    /// The topic whose messages a group's retry topic holds; the name itself when it is not a retry topic.
    /// </summary>
    public static string Normal(string topic, string group)
    {
        var first = $"%RETRY%{group}_";
        var second = $"%RETRY%{group}+";
        if (topic.StartsWith(second, StringComparison.Ordinal) || topic.StartsWith(first, StringComparison.Ordinal))
            return topic[first.Length..];
        return topic;
    }

    /// <summary><see cref="Normal(string,string)"/> for names in UTF-8.</summary>
    public static string Normal(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> group) =>
        Normal(Encoding.UTF8.GetString(topic), Encoding.UTF8.GetString(group));
}
