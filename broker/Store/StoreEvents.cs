using Microsoft.Extensions.Logging;

namespace Broker.Store;

/// <summary>The store's log events, 1000 to 1999.</summary>
static partial class StoreEvents
{
    [LoggerMessage(
        1000,
        LogLevel.Information,
        "Store opened in {ElapsedMs} ms: log {Begin} to {End}, replayed from {ReplayFrom}, last stop clean: {WasClean}"
    )]
    public static partial void Opened(
        ILogger logger,
        long elapsedMs,
        long begin,
        long end,
        long replayFrom,
        bool wasClean
    );

    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "The log was cut at {Position}, behind what had been made durable: what followed was not a whole message. "
            + "A copy of it is in {Path}"
    )]
    public static partial void LogCut(ILogger logger, long position, string path);

    [LoggerMessage(
        1002,
        LogLevel.Error,
        "{Bytes} bytes that had been durable are damaged or missing; the log ends at {Position} now"
    )]
    public static partial void DurableBytesLost(ILogger logger, long bytes, long position);

    [LoggerMessage(1003, LogLevel.Critical, "{What}; the store takes no more messages")]
    public static partial void Failed(ILogger logger, string what, Exception exception);

    [LoggerMessage(
        1004,
        LogLevel.Error,
        "{Work} failed; it is tried again ({Unsaid} more failures since the last line)"
    )]
    public static partial void BackgroundWorkFailed(ILogger logger, string work, Exception exception, long unsaid);

    [LoggerMessage(1005, LogLevel.Warning, "The next log segment cannot be allocated; sends are refused until it can")]
    public static partial void NoSpaceForSegment(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Information, "Deleted log segments below {Position} ({Reason})")]
    public static partial void SegmentsDeleted(ILogger logger, long position, string reason);

    [LoggerMessage(1007, LogLevel.Error, "The disk is {Percent} % full: sends are refused")]
    public static partial void DiskFull(ILogger logger, int percent);

    [LoggerMessage(1008, LogLevel.Information, "The disk is {Percent} % full: sends are accepted again")]
    public static partial void DiskHasSpace(ILogger logger, int percent);

    [LoggerMessage(1009, LogLevel.Information, "Topic {Topic} deleted with its queues")]
    public static partial void TopicDeleted(ILogger logger, string topic);

    [LoggerMessage(1010, LogLevel.Information, "No consume queues were found: they are built from the log")]
    public static partial void QueuesLost(ILogger logger);

    [LoggerMessage(1011, LogLevel.Warning, "Index file {Path} cannot be used and was deleted")]
    public static partial void IndexFileDropped(ILogger logger, string path);

    [LoggerMessage(1013, LogLevel.Error, "Consume queues cannot be written; sends are refused until they can")]
    public static partial void QueuesStuck(ILogger logger, Exception exception);

    [LoggerMessage(
        1020,
        LogLevel.Error,
        "The process has no handle left for another file: raise its limit (ulimit -n) or lower maxConnections "
            + "({Unsaid} more times since the last line)"
    )]
    public static partial void OutOfHandles(ILogger logger, Exception exception, long unsaid);

    [LoggerMessage(1012, LogLevel.Error, "A completion or arrival handler threw; the store goes on")]
    public static partial void HandlerThrew(ILogger logger, Exception exception);

    [LoggerMessage(
        1014,
        LogLevel.Warning,
        "The list of messages that wait for their time is newer than the log; it is built anew"
    )]
    public static partial void TimersLost(ILogger logger);

    [LoggerMessage(
        1015,
        LogLevel.Error,
        "The disk is full: log segments below {Position} go with messages in them that still wait for their time"
    )]
    public static partial void WaitingMessagesDropped(ILogger logger, long position);

    [LoggerMessage(
        1016,
        LogLevel.Warning,
        "The disk is late: {Count} messages were answered with code 10 after {LimitMs} ms; they may still be stored"
    )]
    public static partial void DiskLate(ILogger logger, long count, int limitMs);

    [LoggerMessage(
        1030,
        LogLevel.Error,
        "{Path} is damaged at byte {At} (log position {Position}): {Bytes} bytes are skipped and left in place"
    )]
    public static partial void LogDamaged(ILogger logger, string path, long at, long position, long bytes);

    [LoggerMessage(
        1031,
        LogLevel.Warning,
        "Queue {QueueId} of topic {Topic}: {Count} damaged entries from offset {From} on; the log has the messages of "
            + "{Rebuilt}, whose entries were rebuilt"
    )]
    public static partial void EntriesRebuilt(
        ILogger logger,
        string topic,
        int queueId,
        int count,
        long from,
        int rebuilt
    );

    [LoggerMessage(
        1032,
        LogLevel.Warning,
        "Queue {QueueId} of topic {Topic}: its files seem to end at {Found}, which cannot be; it ends at {End}"
    )]
    public static partial void QueueEndRepaired(ILogger logger, string topic, int queueId, long found, long end);

    [LoggerMessage(1033, LogLevel.Warning, "{Path} cannot be deleted; the next cleaning tries it again")]
    public static partial void CannotDelete(ILogger logger, string path, Exception exception);

    [LoggerMessage(
        1034,
        LogLevel.Warning,
        "{Path} cannot be read: segments between it and the next one, which begins at {Next}, are missing. It is "
            + "deleted when the messages at {Next} expire"
    )]
    public static partial void SegmentUnreachable(ILogger logger, string path, long next);

    [LoggerMessage(1035, LogLevel.Error, "The bytes that are cut from the log at {Position} cannot be copied first")]
    public static partial void CutNotSaved(ILogger logger, long position, Exception exception);

    [LoggerMessage(
        1040,
        LogLevel.Error,
        "config/{Name} cannot be used: {Problem}. Its backup is used instead; the file, if there is one, is kept as "
            + "config/{Name}.damaged"
    )]
    public static partial void BackupUsed(ILogger logger, string name, string problem);
}
