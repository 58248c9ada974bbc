namespace Broker.Core.Send;

/// <summary>
/// Room that the properties of a sent message leave for those that the broker adds when it stores the message again:
/// for a delay, a retry, a check of a transaction, among the dead letters. Without it such a message could be taken
/// and never be delivered.
/// </summary>
static class PropertyReserve
{
    /// <summary>
    /// Three names of topics of at most 255 bytes (<c>RETRY_TOPIC</c>, <c>REAL_TOPIC</c>, <c>DLQ_ORIGIN_TOPIC</c>), an
    /// id of <see cref="IdBytesMax"/> and one of 56, ten numbers of at most 20 digits, and the names of all those
    /// properties: 1,700 bytes.
    /// </summary>
    public const int Bytes = 2_048;

    /// <summary>A longer id of a message is not repeated as that of a dead letter's origin.</summary>
    public const int IdBytesMax = 255;
}
