using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>The log events of delayed messages: 2600 to 2699.</summary>
static partial class DelayLog
{
    [LoggerMessage(2600, LogLevel.Warning, "Delay level {Level}: the message at {Position} is no longer in the log")]
    public static partial void Gone(ILogger logger, int level, long position);

    [LoggerMessage(2601, LogLevel.Error, "Delay level {Level}: the message at {Position} does not say where it goes")]
    public static partial void Homeless(ILogger logger, int level, long position);

    [LoggerMessage(2602, LogLevel.Error, "Delay level {Level}: the message at {Position} can no longer be stored")]
    public static partial void Refused(ILogger logger, int level, long position);

    [LoggerMessage(2603, LogLevel.Warning, "Delay level {Level} goes on at offset {To} instead of {From}")]
    public static partial void Corrected(ILogger logger, int level, long from, long to);

    [LoggerMessage(
        2604,
        LogLevel.Error,
        "Delay level {Level} failed; it is tried again in a moment ({Unsaid} more failures since the last line)"
    )]
    public static partial void Failed(ILogger logger, Exception failure, int level, long unsaid);

    [LoggerMessage(
        2605,
        LogLevel.Warning,
        "Delay level {Level}: messages up to offset {To} were stored by a clock that was ahead, or with other levels; "
            + "they are due in {WaitMs} ms"
    )]
    public static partial void Ahead(ILogger logger, int level, long to, long waitMs);
}
