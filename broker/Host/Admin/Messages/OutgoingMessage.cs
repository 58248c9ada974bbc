namespace Broker.Host.Admin.Messages;

/// <summary>
/// A message to send; <paramref name="Properties"/> in stored form, <paramref name="Born"/> in ms since 1970.
/// </summary>
sealed record OutgoingMessage(byte[] Body, string Properties, long Born)
{
    /// <summary>How the body is packed.</summary>
    public int SysFlag { get; init; }

    /// <summary>The sender's own number.</summary>
    public int Flag { get; init; }
}
