using Microsoft.Extensions.Logging;

namespace Broker.Core.Offsets;

/// <summary>The log events of offsets: 2590 to 2599.</summary>
static partial class OffsetLog
{
    [LoggerMessage(
        2590,
        LogLevel.Warning,
        "Group {Group} stood beyond the end of {Queues} queues of topic {Topic}, whose last messages were lost or "
            + "which do not exist any more. It goes on where they end now"
    )]
    public static partial void Limited(ILogger logger, string group, string topic, int queues);

    [LoggerMessage(2591, LogLevel.Warning, "The same holds for {Pairs} more pairs of group and topic")]
    public static partial void MoreLimited(ILogger logger, int pairs);
}
