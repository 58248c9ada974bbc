namespace Broker.Store.Queues;

/// <summary>What comparing a queue entry with the log says.</summary>
enum EntryState
{
    /// <summary>It leads to its message, which is intact.</summary>
    Sound,

    /// <summary>It leads to its message, whose body is damaged.</summary>
    Damaged,

    /// <summary>It leads elsewhere: the entry is damaged, or the head of the message.</summary>
    Misleading,

    /// <summary>The message expired, or is known to be lost.</summary>
    Gone,
}
