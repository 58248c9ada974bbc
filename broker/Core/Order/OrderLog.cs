using Microsoft.Extensions.Logging;

namespace Broker.Core.Order;

/// <summary>The log events of queue locks: 2580 to 2589.</summary>
static partial class OrderLog
{
    [LoggerMessage(
        2580,
        LogLevel.Error,
        "Who holds which queue cannot be written to config/queueLocks. A restart before it can lets two members of an "
            + "ordered group work on one queue for up to 30 s"
    )]
    public static partial void NotWritten(ILogger logger, Exception failure);
}
