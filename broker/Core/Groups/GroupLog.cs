using System.Net;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Groups;

/// <summary>The log events of groups: 2500 to 2579.</summary>
static partial class GroupLog
{
    [LoggerMessage(2500, LogLevel.Information, "Group {Group} was created or changed by {Client}")]
    public static partial void Updated(ILogger logger, string group, IPEndPoint client);

    [LoggerMessage(2501, LogLevel.Information, "Group {Group} was deleted by {Client}")]
    public static partial void Deleted(ILogger logger, string group, IPEndPoint client);

    [LoggerMessage(2502, LogLevel.Information, "{Count} clients were silent for too long and are closed")]
    public static partial void SilentClosed(ILogger logger, int count);

    [LoggerMessage(
        2504,
        LogLevel.Information,
        "Group {Group} and topic {Topic}: reading allowed is {Allowed}, set by {Client}"
    )]
    public static partial void ReadingSet(ILogger logger, string group, string topic, bool allowed, IPEndPoint client);

    [LoggerMessage(
        2503,
        LogLevel.Information,
        "The offsets of group {Group} in {Queues} queues of topic {Topic} were set by {Client}"
    )]
    public static partial void OffsetReset(ILogger logger, string group, string topic, int queues, IPEndPoint client);

    [LoggerMessage(
        2505,
        LogLevel.Warning,
        "Group {Group} is {Bytes} bytes of log behind in queue {Queue} of topic {Topic}, more than "
            + "consumerFallbehindThreshold ({Threshold}): it may not consume until an administrator allows it again, "
            + "for example by rocketmq admin updateSubGroup"
    )]
    public static partial void TooSlow(
        ILogger logger,
        string group,
        long bytes,
        int queue,
        string topic,
        long threshold
    );

    [LoggerMessage(
        2506,
        LogLevel.Warning,
        "The members of group {Group} do not subscribe to the same: {Difference}. Messages are missed until all do"
    )]
    public static partial void Differ(ILogger logger, string group, string difference);

    [LoggerMessage(2507, LogLevel.Information, "All members of group {Group} subscribe to the same again")]
    public static partial void Agree(ILogger logger, string group);
}
