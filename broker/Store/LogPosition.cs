namespace Broker.Store;

/// <summary>
/// A byte position in the commit log, counted over all segments. Not a queue offset, which counts messages.
/// </summary>
/// <param name="Value">Bytes from the log's beginning, at least 0.</param>
public readonly record struct LogPosition(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
