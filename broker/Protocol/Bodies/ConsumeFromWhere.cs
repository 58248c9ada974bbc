namespace Broker.Protocol.Bodies;

/// <summary>
/// Where a consumer starts without a stored offset; the values are the reference's ordinals, 1 to 3 being obsolete
/// names of 0 and 4.
/// </summary>
public enum ConsumeFromWhere
{
    /// <summary>CONSUME_FROM_LAST_OFFSET.</summary>
    LastOffset = 0,

    /// <summary>CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST.</summary>
    LastOffsetThenMin = 1,

    /// <summary>CONSUME_FROM_MIN_OFFSET.</summary>
    MinOffset = 2,

    /// <summary>CONSUME_FROM_MAX_OFFSET.</summary>
    MaxOffset = 3,

    /// <summary>CONSUME_FROM_FIRST_OFFSET.</summary>
    FirstOffset = 4,

    /// <summary>CONSUME_FROM_TIMESTAMP.</summary>
    Timestamp = 5,
}
