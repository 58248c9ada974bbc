using Microsoft.Extensions.Logging;

namespace Broker.Core.Transactions;

/// <summary>The log events of transactions: 2700 to 2799.</summary>
static partial class TransactionLog
{
    [LoggerMessage(
        2700,
        LogLevel.Information,
        "Transactions: {Open} are undecided, from offset {Front} on; {Operations} settlements were read"
    )]
    public static partial void Loaded(ILogger logger, long open, long front, long operations);

    [LoggerMessage(2701, LogLevel.Warning, "The half message at offset {Offset} is no longer in the log")]
    public static partial void Gone(ILogger logger, long offset);

    [LoggerMessage(
        2702,
        LogLevel.Warning,
        "The transaction of offset {Offset}, group {Group}, was asked about {Times} times and is given up"
    )]
    public static partial void GivenUp(ILogger logger, long offset, string group, int times);

    [LoggerMessage(2703, LogLevel.Debug, "Nobody of producer group {Group} is there to be asked")]
    public static partial void NobodyThere(ILogger logger, string group);

    [LoggerMessage(2704, LogLevel.Error, "Checking transactions failed; it is tried again with the next interval")]
    public static partial void Failed(ILogger logger, Exception failure);

    [LoggerMessage(2705, LogLevel.Warning, "Checking transactions pauses: the store answers {Status}")]
    public static partial void Refused(ILogger logger, Store.AppendStatus status);
}
