using System.Globalization;
using Broker.Store;

namespace Broker.Core;

/// <summary>Remarks that clients and tools match on or show, in Apache 5.3.3's words.</summary>
static class Remarks
{
    /// <summary>Where Apache explains missing topics and groups; tools print it.</summary>
    public const string Faq = "See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.";

    public const string Busy = "[PC_SYNCHRONIZED]broker busy, start flow control for a while";

    public const string SubscriptionParse = "parse the consumer's subscription failed";

    /// <summary>Says how full the disk is, from 0 to 1: log, queues and index, which share a volume here.</summary>
    public static string NotAvailable(MessageStore store)
    {
        var used = store.DiskUsedRatio.ToString("0.00", CultureInfo.InvariantCulture).PadLeft(5);
        return "service not available now. It may be caused by one of the following reasons: the broker's disk is full "
            + $"[CL: {used} CQ: {used} INDEX: {used}], messages are put to the slave, "
            + "message store has been shut down, etc.";
    }

    public static string FilterUnsupported(string type) =>
        $"The broker does not support consumer to filter message by {type}";

    public static string Illegal(int bodyLimit) =>
        "the message is illegal, maybe msg body or properties length not matched. "
        + $"msg body length limit {bodyLimit}B, msg properties length limit 32KB.";

    /// <summary>As <see cref="TopicMissing"/>, with the blank that the reference has in answers to pulls.</summary>
    public static string PulledTopicMissing(string topic) => $"topic[{topic}] not exist, apply first please! \n{Faq}";

    public static string TopicMissing(string topic) => $"topic[{topic}] not exist, apply first please!\n{Faq}";

    public static string GroupMissing(string group) => $"subscription group [{group}] does not exist, {Faq}";

    /// <summary>Our own: the reference lets clients move these offsets.</summary>
    public static string BrokersOffsets(string group) =>
        $"group {group} is how the broker notes its own positions; clients cannot move its offsets";
}
