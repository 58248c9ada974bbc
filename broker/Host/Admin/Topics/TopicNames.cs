namespace Broker.Host.Admin.Topics;

/// <summary>Names of topics that belong to a group, and those that verbs ask for.</summary>
static class TopicNames
{
    const string RetryPrefix = "%RETRY%";
    const string DeadLetterPrefix = "%DLQ%";

    /// <summary>Where brokers keep queue counts of ordered topics, at name servers.</summary>
    public const string OrderNamespace = "ORDER_TOPIC_CONFIG";

    /// <summary>Where clients report what became of each message.</summary>
    public const string Trace = "RMQ_SYS_TRACE_TOPIC";

    /// <summary>The topic that every member of a group reads, so that its route leads to the group's brokers.</summary>
    public static string Retry(string group) => RetryPrefix + group;

    /// <summary>
    /// The topic in which a group that pops finds messages of a topic again, in the older form or in the second
    /// (protocol.md §4.10).
    /// </summary>
    public static string PopRetry(string group, string topic, bool second) =>
        $"{RetryPrefix}{group}{(second ? '+' : '_')}{topic}";

    /// <summary>The topic that a name of <see cref="PopRetry"/> is about; null when it is no such name.</summary>
    public static string? OfPopRetry(string name, string group)
    {
        int topicAt = RetryPrefix.Length + group.Length + 1;
        return
            name.Length > topicAt
            && name[topicAt - 1] is '_' or '+'
            && IsRetry(name)
            && name.AsSpan(RetryPrefix.Length).StartsWith(group)
            ? name[topicAt..]
            : null;
    }

    /// <summary>Where messages of a group go that could not be consumed.</summary>
    public static string DeadLetters(string group) => DeadLetterPrefix + group;

    /// <summary>A retry topic or dead letters.</summary>
    public static bool IsOfGroup(string topic) =>
        IsRetry(topic) || topic.StartsWith(DeadLetterPrefix, StringComparison.Ordinal);

    /// <summary>A retry topic.</summary>
    public static bool IsRetry(string topic) => topic.StartsWith(RetryPrefix, StringComparison.Ordinal);

    /// <summary>The group of a retry topic.</summary>
    public static string GroupOf(string retryTopic) => retryTopic[RetryPrefix.Length..];
}
