namespace Operator.Host.Run;

/// <summary>The log events of this component, 5900 to 5999.</summary>
static partial class HostLog
{
    [LoggerMessage(5900, LogLevel.Information, "started against {Server}, version {Version}, as {Identity}")]
    public static partial void Started(ILogger logger, string server, string version, string identity);

    [LoggerMessage(5901, LogLevel.Warning, "{Server} does not answer: {Problem}")]
    public static partial void NoAnswer(ILogger logger, string server, string problem);

    [LoggerMessage(5902, LogLevel.Error, "leadership is lost: the process ends, so that two are never at work")]
    public static partial void LeadershipLost(ILogger logger);

    [LoggerMessage(5903, LogLevel.Information, "no more passes")]
    public static partial void PassesEnded(ILogger logger);
}
