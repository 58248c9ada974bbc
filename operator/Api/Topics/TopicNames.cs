namespace Operator.Api.Topics;

/// <summary>What topics and groups may be called, and what is taken by the brokers themselves.</summary>
public static class TopicNames
{
    /// <summary>
    /// Apache also takes <c>%</c> and <c>|</c>; they mark namespaces and retry topics and are not for declared names.
    /// </summary>
    public const string Pattern = "^[a-zA-Z0-9_-]+$";

    /// <summary>The length of a topic is one byte in a stored message (protocol.md §3.1).</summary>
    public const int TopicMaximum = 127;

    /// <summary>A group's retry topic, <c>%RETRY%group</c>, is a topic too: 127 less the 7 of the prefix.</summary>
    public const int GroupMaximum = 120;

    /// <summary>Prefixes of topics that brokers make for themselves.</summary>
    public static readonly IReadOnlyList<string> ReservedTopicPrefixes = ["rmq_sys_", "RMQ_SYS_", "SCHEDULE_TOPIC_"];

    /// <summary>Topics that brokers make for themselves.</summary>
    public static readonly IReadOnlyList<string> ReservedTopics =
    [
        "TBW102",
        "BenchmarkTest",
        "SELF_TEST_TOPIC",
        "OFFSET_MOVED_EVENT",
        "TRANS_CHECK_MAX_TIME_TOPIC",
    ];

    /// <summary>Groups that brokers and tools use themselves.</summary>
    public static readonly IReadOnlyList<string> ReservedGroups =
    [
        "DEFAULT_CONSUMER",
        "DEFAULT_PRODUCER",
        "TOOLS_CONSUMER",
        "SELF_TEST_C_GROUP",
        "SELF_TEST_P_GROUP",
        "FILTERSRV_CONSUMER",
        "CLIENT_INNER_PRODUCER",
    ];

    /// <summary>Prefixes of groups that brokers use themselves.</summary>
    public static readonly IReadOnlyList<string> ReservedGroupPrefixes = ["CID_RMQ_SYS_", "CID_SYS_RMQ_"];

    /// <summary>Letters, digits, hyphens and underscores, and not longer than that.</summary>
    public static bool IsLegal(string name, int maximum) =>
        name.Length > 0 && name.Length <= maximum && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Whether brokers make a topic of this name for themselves.</summary>
    public static bool IsReservedTopic(string name) =>
        ReservedTopics.Contains(name) || ReservedTopicPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));

    /// <summary>Whether brokers or tools use a group of this name themselves.</summary>
    public static bool IsReservedGroup(string name) =>
        ReservedGroups.Contains(name) || ReservedGroupPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));
}
