using Broker.Core.Configuration;
using Broker.Protocol.Messages;

namespace Broker.Core.Topics;

/// <summary>What a topic may be called, and which names have a meaning of their own (protocol.md §3.1, §4.5).</summary>
public static class TopicName
{
    /// <summary>Prefix of the topic that holds a group's failed messages until they are due again.</summary>
    public const string RetryPrefix = "%RETRY%";

    /// <summary>Prefix of the topic that holds what a group could not consume at all.</summary>
    public const string DeadLetterPrefix = "%DLQ%";

    /// <summary>Scheduled messages wait here, one queue per delay level.</summary>
    public const string Schedule = "SCHEDULE_TOPIC_XXXX";

    /// <summary>The example after which topics are created on first use.</summary>
    public const string AutoCreate = "TBW102";

    /// <summary>Prepared messages of transactions wait here, in one queue.</summary>
    public const string Half = "RMQ_SYS_TRANS_HALF_TOPIC";

    /// <summary>Says which half messages are settled.</summary>
    public const string Operations = "RMQ_SYS_TRANS_OP_HALF_TOPIC";

    /// <summary>Half messages that nobody decided in time.</summary>
    public const string GivenUp = "TRANS_CHECK_MAX_TIME_TOPIC";

    const string SelfTest = "SELF_TEST_TOPIC";
    const string OffsetMoved = "OFFSET_MOVED_EVENT";

    static readonly HashSet<string> System =
    [
        AutoCreate,
        Schedule,
        "BenchmarkTest",
        Half,
        "RMQ_SYS_TRACE_TOPIC",
        Operations,
        GivenUp,
        SelfTest,
        OffsetMoved,
        "CHECKPOINT_TOPIC",
    ];

    static readonly HashSet<byte[]> Unsendable = new(Utf8Comparer.Instance)
    {
        "SCHEDULE_TOPIC_XXXX"u8.ToArray(),
        "RMQ_SYS_TRANS_HALF_TOPIC"u8.ToArray(),
        "RMQ_SYS_TRANS_OP_HALF_TOPIC"u8.ToArray(),
        "TRANS_CHECK_MAX_TIME_TOPIC"u8.ToArray(),
        "SELF_TEST_TOPIC"u8.ToArray(),
        "OFFSET_MOVED_EVENT"u8.ToArray(),
    };

    static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> UnsendableByUtf8 =
        Unsendable.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Null, or what is wrong with the name in Apache's words (answered with 29).</summary>
    public static string? Problem(ReadOnlySpan<byte> name) =>
        NameRules.TopicProblem(name)
        ?? (name.Length > NameRules.TopicBytesMax ? "The specified topic is longer than topic max length." : null);

    /// <summary>
    /// Whether clients may not send to the topic: the broker alone writes it. Apache lets them write to all that begin
    /// with rmq_sys_: a record in the revive log takes popped messages away from their group, and one in the timers'
    /// that does not fit stops all deliveries. Clients of cloud services write their traces to topics of that prefix.
    /// The other system topics are for clients: traces, benchmarks, replies, topics named as cluster and broker.
    /// </summary>
    public static bool IsUnsendable(ReadOnlySpan<byte> name) =>
        UnsendableByUtf8.Contains(name) || (name.StartsWith("rmq_sys_"u8) && !name.StartsWith("rmq_sys_TRACE_DATA_"u8));

    /// <summary>A group's retry topic.</summary>
    public static bool IsRetry(ReadOnlySpan<byte> name) => name.StartsWith("%RETRY%"u8);

    /// <summary>A group's dead letters.</summary>
    public static bool IsDeadLetter(ReadOnlySpan<byte> name) => name.StartsWith("%DLQ%"u8);

    /// <summary>Whether the topic belongs to the broker and not to its users.</summary>
    public static bool IsSystem(string name, BrokerOptions options) =>
        System.Contains(name)
        || name.StartsWith("rmq_sys_", StringComparison.Ordinal)
        || name == options.BrokerClusterName
        || name == options.BrokerName;
}
