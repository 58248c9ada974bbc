using Microsoft.Extensions.Logging;

namespace Broker.Core.Pop;

/// <summary>The log events of POP consumption: 2700 to 2749.</summary>
static partial class PopLog
{
    [LoggerMessage(2700, LogLevel.Information, "Revive log: {Records} records read, {Open} checkpoints are open")]
    public static partial void Loaded(ILogger logger, long records, int open);

    [LoggerMessage(2701, LogLevel.Warning, "{Topic} queue {Queue}: the message at offset {Offset} is gone, no retry")]
    public static partial void Gone(ILogger logger, string topic, int queue, long offset);

    [LoggerMessage(2702, LogLevel.Error, "{Topic} queue {Queue}: the message at {Offset} can no longer be stored")]
    public static partial void Refused(ILogger logger, string topic, int queue, long offset);

    [LoggerMessage(
        2703,
        LogLevel.Error,
        "The revive log's queue {Queue} failed; it is tried again in a moment "
            + "({Unsaid} more failures since the last line)"
    )]
    public static partial void Failed(ILogger logger, Exception failure, int queue, long unsaid);

    [LoggerMessage(2704, LogLevel.Warning, "{Group} pops {Topic} from offset {To} instead of {From}")]
    public static partial void Corrected(ILogger logger, string group, string topic, long from, long to);

    [LoggerMessage(2705, LogLevel.Warning, "The revive log's queue {Queue} holds no record at offset {Offset}")]
    public static partial void NoRecord(ILogger logger, int queue, long offset);
}
