using System.Net;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Cleaning;

/// <summary>The log events of deletions on request: 2820 to 2829.</summary>
static partial class CleaningLog
{
    [LoggerMessage(
        2820,
        LogLevel.Information,
        "The queues of {Topic}, which does not exist, were deleted for {Client}"
    )]
    public static partial void QueuesRemoved(ILogger logger, string topic, IPEndPoint client);

    [LoggerMessage(2821, LogLevel.Information, "{Count} expired segments were deleted for {Client}")]
    public static partial void SegmentsRemoved(ILogger logger, int count, IPEndPoint client);
}
