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

    [LoggerMessage(5903, LogLevel.Debug, "a part of the operator has ended")]
    public static partial void PartEnded(ILogger logger);

    [LoggerMessage(
        5905,
        LogLevel.Warning,
        "CrdOutdated: the definition of {Name} is of another version than this operator, and fields may be dropped: "
            + "apply the definitions of this version"
    )]
    public static partial void CrdOutdated(ILogger logger, string name);

    [LoggerMessage(5904, LogLevel.Critical, "the operator's work ended by an error: the process ends")]
    public static partial void Failed(ILogger logger, Exception exception);
}
