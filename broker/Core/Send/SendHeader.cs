using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Broker.Core.Send;

/// <summary>
/// The fields of a send request, of the long form (10, 324) or the one-letter form (310, 320, 325; protocol.md §2.1).
/// Borrowed from the request.
/// </summary>
readonly ref struct SendHeader
{
    /// <summary>A client that does not say how many queues it wants gets what Java's client asks for.</summary>
    const int UsualQueues = 4;

    SendHeader(
        string? problem,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> defaultTopic,
        ReadOnlySpan<byte> properties
    )
    {
        Topic = topic;
        DefaultTopic = defaultTopic;
        Properties = properties;
        Problem = problem;
    }

    public ReadOnlySpan<byte> Topic { get; }

    public ReadOnlySpan<byte> DefaultTopic { get; }

    public ReadOnlySpan<byte> Properties { get; }

    public int DefaultQueues { get; init; }

    public int QueueId { get; init; }

    public int SysFlag { get; init; }

    public long BornTimestamp { get; init; }

    public int Flag { get; init; }

    public int ReconsumeTimes { get; init; }

    /// <summary>Negative when the client leaves it to the group.</summary>
    public int MaxReconsumeTimes { get; init; }

    public bool UnitMode { get; init; }

    public bool IsBatch { get; init; }

    /// <summary>What was wrong with the fields, null when nothing was.</summary>
    public string? Problem { get; }

    public static SendHeader Read(Request request)
    {
        var isLong = request.Code is RequestCode.SendMessage or RequestCode.SendReplyMessage;
        var read = request.Read();
        var topic = read.OptionalText(isLong ? "topic"u8 : "b"u8);
        var defaultTopic = read.OptionalText(isLong ? "defaultTopic"u8 : "c"u8);
        var queues = read.Int(isLong ? "defaultTopicQueueNums"u8 : "d"u8, UsualQueues);
        var queueId = read.Int(isLong ? "queueId"u8 : "e"u8);
        var sysFlag = read.Int(isLong ? "sysFlag"u8 : "f"u8, 0);
        var born = read.Long(isLong ? "bornTimestamp"u8 : "g"u8, 0);
        var flag = read.Int(isLong ? "flag"u8 : "h"u8, 0);
        var properties = read.OptionalText(isLong ? "properties"u8 : "i"u8);
        var times = read.Int(isLong ? "reconsumeTimes"u8 : "j"u8, 0);
        var unit = read.Bool(isLong ? "unitMode"u8 : "k"u8);
        var timesMax = read.Int(isLong ? "maxReconsumeTimes"u8 : "l"u8, -1);
        var batch = request.Code == RequestCode.SendBatchMessage || read.Bool(isLong ? "batch"u8 : "m"u8);
        return new SendHeader(read.Problem, topic, defaultTopic, properties)
        {
            DefaultQueues = queues,
            QueueId = queueId,
            SysFlag = sysFlag,
            BornTimestamp = born,
            Flag = flag,
            ReconsumeTimes = times,
            UnitMode = unit,
            MaxReconsumeTimes = timesMax,
            IsBatch = batch,
        };
    }
}
