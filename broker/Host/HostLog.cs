using System.Runtime.InteropServices;

namespace Broker.Host;

/// <summary>Events 2500 to 2999.</summary>
static partial class HostLog
{
    [LoggerMessage(2500, LogLevel.Information, "{Signal} received, stopping")]
    public static partial void Stopping(ILogger logger, PosixSignal signal);

    [LoggerMessage(2501, LogLevel.Critical, "The store failed, ending the process")]
    public static partial void Failed(ILogger logger, Exception failure);

    [LoggerMessage(2502, LogLevel.Critical, "Cannot start: {Reason}")]
    public static partial void CannotStart(ILogger logger, string reason);

    [LoggerMessage(2503, LogLevel.Warning, "Configuration: {Warning}")]
    public static partial void ConfigWarning(ILogger logger, string warning);

    [LoggerMessage(
        2504,
        LogLevel.Warning,
        "The Lease could not be given up in time; the next master waits until it expires"
    )]
    public static partial void LeaseKept(ILogger logger);
}
