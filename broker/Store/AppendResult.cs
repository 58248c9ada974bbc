namespace Broker.Store;

/// <summary>What an awaited append ended as. Positions are meaningful only when it is Stored or FlushTimeout.</summary>
public readonly record struct AppendResult(
    AppendStatus Status,
    LogPosition Position,
    QueueOffset QueueOffset,
    long StoreTimestamp
);
