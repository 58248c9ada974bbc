using Microsoft.Extensions.Logging;
using Operator.KubeClient.Informers;

namespace Operator.Control;

/// <summary>The log events of this component, 5100 to 5199.</summary>
static partial class ControlLog
{
    [LoggerMessage(5101, LogLevel.Information, "{Action}: {Child} in {Namespace}")]
    public static partial void Applied(ILogger logger, string action, string child, string? @namespace);

    [LoggerMessage(5102, LogLevel.Warning, "{Child} in {Namespace} failed, next attempt in {Pause}: {Problem}")]
    public static partial void NotApplied(
        ILogger logger,
        string child,
        string? @namespace,
        string problem,
        TimeSpan pause
    );

    [LoggerMessage(5103, LogLevel.Debug, "event {Reason} on {Name} was dropped: {Problem}")]
    public static partial void EventDropped(ILogger logger, string reason, string? name, string problem);

    [LoggerMessage(5104, LogLevel.Debug, "pass over {Kind} {Key}: {Writes} writes, {Failures} failed, next in {Next}")]
    public static partial void Passed(
        ILogger logger,
        string kind,
        ObjectKey key,
        int writes,
        int failures,
        TimeSpan next
    );

    [LoggerMessage(5105, LogLevel.Information, "{Word} {Name} on {BrokerGroup} was set (deleted: {Deleted})")]
    public static partial void Changed(ILogger logger, string word, string name, string brokerGroup, bool deleted);

    [LoggerMessage(5106, LogLevel.Warning, "{Word} {Name} on {Where} was not changed: {Problem}")]
    public static partial void NotChanged(ILogger logger, string word, string name, string where, string problem);

    [LoggerMessage(
        5007,
        LogLevel.Warning,
        "the status of {Kind} {Key} was not written, next attempt in {Pause}: {Problem}"
    )]
    public static partial void StatusNotWritten(
        ILogger logger,
        string kind,
        ObjectKey key,
        string problem,
        TimeSpan pause
    );
}
