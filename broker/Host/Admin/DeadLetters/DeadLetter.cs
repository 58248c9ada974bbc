using System.Text;
using Broker.Host.Admin.Messages;
using Broker.Host.Admin.Topics;
using Broker.Protocol.Messages;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// A message that <paramref name="Group"/> could not consume, and what it was before (protocol.md §4.6, §4.10).
/// </summary>
readonly record struct DeadLetter(FoundMessage Message, string Group)
{
    /// <summary>Bits of the system flag that say how the body is packed and how many tags there are.</summary>
    const int SentFlags = SysFlag.Compressed | SysFlag.CompressionTypeMask | SysFlag.MultiTags;

    /// <summary>All that begin so tell of a delivery at a time, which is over.</summary>
    const string TimerPrefix = "TIMER_";

    /// <summary>
    /// What belongs to the message's first life. The rest of them a send would follow once more: it would be a half
    /// message, wait again, or be counted as tried.
    /// </summary>
    static readonly string[] Past =
    [
        "WAIT",
        "DELAY",
        "REAL_TOPIC",
        "REAL_QID",
        "TRAN_MSG",
        "RECONSUME_TIME",
        "MAX_RECONSUME_TIMES",
        "CONSUME_START_TIME",
        "1ST_POP_TIME",
        "POP_CK_OFFSET",
        "DLQ_ORIGIN_TOPIC",
        "DLQ_ORIGIN_MESSAGE_ID",
        "__STARTDELIVERTIME",
    ];

    /// <summary>The topic that it was sent to.</summary>
    public string Topic => TopicNames.OfPopRetry(LastTopic, Group) ?? LastTopic;

    /// <summary>
    /// Whether it was popped when it died: it lay in a retry topic of pops, or was delivered again by the broker
    /// itself, which is done to popped messages only.
    /// </summary>
    public bool IsPopped => Property("1ST_POP_TIME") is not null || TopicNames.OfPopRetry(LastTopic, Group) is not null;

    /// <summary>Its id as its sender and its consumers saw it.</summary>
    public string Id =>
        Property("UNIQ_KEY") ?? Property("DLQ_ORIGIN_MESSAGE_ID") ?? Property("ORIGIN_MESSAGE_ID") ?? Message.OffsetId;

    /// <summary>Whether an id names it: its own, that of its first copy, or that of the letter's place.</summary>
    public bool IsNamed(string id) => Id == id || Property("ORIGIN_MESSAGE_ID") == id || Message.OffsetId == id;

    /// <summary>The message for another try by its group: not tried yet, and under the same id.</summary>
    public OutgoingMessage Again()
    {
        var properties = new PropertiesWriter(stackalloc byte[1024]);
        foreach (var (name, value) in Message.Properties)
        {
            if (name is not ("RETRY_TOPIC" or "UNIQ_KEY") && !IsPast(name))
                properties.Add(Encoding.UTF8.GetBytes(name), value);
        }
        properties.Add(PropertyNames.RetryTopic, Topic);
        properties.Add(PropertyNames.UniqueKey, Id);
        properties.Add(PropertyNames.WaitStored, "true");
        string text = Encoding.UTF8.GetString(properties.Written);
        properties.Free();
        return new OutgoingMessage(Message.StoredBody, text, Message.Born.Ms)
        {
            SysFlag = Message.SysFlag & SentFlags,
            Flag = Message.Flag,
        };
    }

    /// <summary>The topic that it was sent to, or where pops found it again.</summary>
    string LastTopic => Property("RETRY_TOPIC") ?? Property("DLQ_ORIGIN_TOPIC") ?? Message.Topic;

    static bool IsPast(string name) =>
        name.StartsWith(TimerPrefix, StringComparison.Ordinal) || Past.AsSpan().Contains(name);

    string? Property(string name) => Message.Properties.GetValueOrDefault(name);
}
