namespace Broker.Store;

/// <summary>How far the key index has come.</summary>
/// <param name="Timestamp">Store time of the last indexed message, in ms since 1970; 0 for none.</param>
/// <param name="Position">Its log position.</param>
public readonly record struct IndexEnd(long Timestamp, LogPosition Position);
