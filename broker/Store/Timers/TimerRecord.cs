namespace Broker.Store.Timers;

/// <summary>A message that waits for a time of day. Records are in the order in which they are to be handled.</summary>
/// <param name="DueMs">When something is to be done with it, in ms since 1970.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="QueueOffset">Its place in the queue of waiting messages: no two have the same.</param>
/// <param name="Position">Its log position.</param>
public readonly record struct TimerRecord(long DueMs, TimerKind Kind, QueueOffset QueueOffset, LogPosition Position)
    : IComparable<TimerRecord>
{
    /// <summary>By time, then kind, then as they were stored.</summary>
    public int CompareTo(TimerRecord other)
    {
        var order = DueMs.CompareTo(other.DueMs);
        if (order == 0)
            order = Kind.CompareTo(other.Kind);
        return order != 0 ? order : QueueOffset.Value.CompareTo(other.QueueOffset.Value);
    }

    /// <summary>Whether the left one comes first.</summary>
    public static bool operator <(TimerRecord left, TimerRecord right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one comes later.</summary>
    public static bool operator >(TimerRecord left, TimerRecord right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one does not come later.</summary>
    public static bool operator <=(TimerRecord left, TimerRecord right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one does not come first.</summary>
    public static bool operator >=(TimerRecord left, TimerRecord right) => left.CompareTo(right) >= 0;
}
