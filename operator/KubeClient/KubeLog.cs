using Microsoft.Extensions.Logging;

namespace Operator.KubeClient;

/// <summary>The log events of the client: 5000 to 5099.</summary>
internal static partial class KubeLog
{
    [LoggerMessage(5000, LogLevel.Debug, "Watch of {Resource} ended: {Reason}; next in {DelayMs} ms")]
    public static partial void WatchEnded(ILogger logger, string resource, string reason, long delayMs);

    [LoggerMessage(5001, LogLevel.Warning, "Watch of {Resource} failed: {Reason}; next try in {DelayMs} ms")]
    public static partial void WatchFailed(
        ILogger logger,
        Exception error,
        string resource,
        string reason,
        long delayMs
    );

    [LoggerMessage(5002, LogLevel.Information, "Listed {Count} {Resource} at resource version {Version}")]
    public static partial void Listed(ILogger logger, int count, string resource, string version);

    [LoggerMessage(5003, LogLevel.Error, "A handler of {Resource} failed at {Key}; it is called again")]
    public static partial void HandlerFailed(ILogger logger, Exception error, string resource, string key);

    [LoggerMessage(
        5004,
        LogLevel.Warning,
        "The API server does not let this client see {Resource}; it is asked again until it does: {Message}"
    )]
    public static partial void WatchRefused(ILogger logger, string resource, string message);

    [LoggerMessage(5010, LogLevel.Warning, "Work of {Queue} on {Key} failed; try {Failures} in {DelayMs} ms")]
    public static partial void WorkFailed(
        ILogger logger,
        Exception error,
        string queue,
        string key,
        int failures,
        long delayMs
    );

    [LoggerMessage(
        5011,
        LogLevel.Information,
        "Work of {Queue} on {Key} met a conflict; again in {DelayMs} ms: {Message}"
    )]
    public static partial void WorkConflict(ILogger logger, string queue, string key, long delayMs, string message);

    [LoggerMessage(5020, LogLevel.Information, "{Identity} leads {Lock}")]
    public static partial void Leading(ILogger logger, string identity, string @lock);

    [LoggerMessage(5021, LogLevel.Warning, "{Identity} no longer leads {Lock}")]
    public static partial void LeadershipLost(ILogger logger, string identity, string @lock);

    [LoggerMessage(5023, LogLevel.Information, "{Identity} gives up {Lock}: it was told to stop")]
    public static partial void LeadershipGivenUp(ILogger logger, string identity, string @lock);

    [LoggerMessage(5022, LogLevel.Error, "Election of {Lock} failed for {Identity}")]
    public static partial void ElectionFailed(ILogger logger, Exception error, string identity, string @lock);
}
