namespace Broker.Protocol.Messages;

/// <summary>
/// When the first and the last message that is kept of a queue or a topic were stored, in ms since 1970. A reset of
/// offsets to a time leads somewhere between these two only.
/// </summary>
public readonly record struct StoreTimes(long First, long Last)
{
    /// <summary>No message is kept.</summary>
    public static StoreTimes None => new(long.MaxValue, long.MinValue);

    /// <summary>Whether no message is kept.</summary>
    public bool IsNone => First > Last;

    /// <summary>Whether a time is that of the first or last message, or between them.</summary>
    public bool Includes(long time) => time >= First && time <= Last;

    /// <summary>Those of both together.</summary>
    public StoreTimes With(StoreTimes other) => new(Math.Min(First, other.First), Math.Max(Last, other.Last));
}
