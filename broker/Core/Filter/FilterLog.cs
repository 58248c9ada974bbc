using Microsoft.Extensions.Logging;

namespace Broker.Core.Filter;

/// <summary>The log events of filters: 2700 to 2749. Each once per new expression, not per heartbeat.</summary>
static partial class FilterLog
{
    [LoggerMessage(2700, LogLevel.Warning, "Group {Group} cannot read topic {Topic}: {Problem}")]
    public static partial void Wrong(ILogger logger, string group, string topic, string problem);

    [LoggerMessage(
        2701,
        LogLevel.Warning,
        "Group {Group}, topic {Topic}: the expression ends at byte {End} of {Length}, the rest is ignored"
    )]
    public static partial void Ignored(ILogger logger, string group, string topic, int end, int length);

    [LoggerMessage(
        2702,
        LogLevel.Warning,
        "Group {Group} cannot read topic {Topic} by an expression: {Max} expressions are in use"
    )]
    public static partial void TooMany(ILogger logger, string group, string topic, int max);
}
