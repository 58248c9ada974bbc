namespace Broker.Store;

/// <summary>What a read of a queue found; the names that a pull's remark carries (protocol.md §4.3).</summary>
public enum ReadStatus
{
    /// <summary>Messages were found.</summary>
    Found,

    /// <summary>None of the scanned messages passed the filter; go on at the next offset.</summary>
    NoMatchedMessage,

    /// <summary>The queue's entry points to a message that was deleted meanwhile.</summary>
    MessageWasRemoving,

    /// <summary>The offset is legal, but its entry cannot be read.</summary>
    OffsetFoundNull,

    /// <summary>The offset is beyond the end by more than nothing: the reader is on a wrong place.</summary>
    OffsetOverflowBadly,

    /// <summary>The offset is the end: nothing new yet.</summary>
    OffsetOverflowOne,

    /// <summary>The offset was deleted; go on at the smallest one.</summary>
    OffsetTooSmall,

    /// <summary>The queue has never been written.</summary>
    NoMatchedLogicQueue,

    /// <summary>The queue holds nothing.</summary>
    NoMessageInQueue,
}
