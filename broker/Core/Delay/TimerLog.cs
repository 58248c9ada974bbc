using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>The log events of messages that wait for a time of day: 2650 to 2699.</summary>
static partial class TimerLog
{
    [LoggerMessage(2650, LogLevel.Warning, "The waiting message at {Position} is no longer in the log")]
    public static partial void Gone(ILogger logger, long position);

    [LoggerMessage(2651, LogLevel.Error, "The waiting message at {Position} does not say when and where it goes")]
    public static partial void Homeless(ILogger logger, long position);

    [LoggerMessage(2652, LogLevel.Error, "The waiting message at {Position} can no longer be stored")]
    public static partial void Refused(ILogger logger, long position);

    [LoggerMessage(
        2653,
        LogLevel.Error,
        "Delivery of waiting messages failed; it is tried again in a moment "
            + "({Unsaid} more failures since the last line)"
    )]
    public static partial void Failed(ILogger logger, Exception failure, long unsaid);

    [LoggerMessage(
        2654,
        LogLevel.Information,
        "{Waiting} messages wait for their time; {Copies} were delivered behind the last note of it"
    )]
    public static partial void Recovered(ILogger logger, long waiting, int copies);

    [LoggerMessage(2655, LogLevel.Warning, "The list of messages that wait for their time is built from the log")]
    public static partial void Rebuilding(ILogger logger);
}
