using System.Buffers.Text;
using System.Text;

namespace Broker.Core.Delay;

/// <summary>
/// What a sender gets to take a waiting message back: URL-safe base64, padded, of
/// <c>v1 topic brokerName time uniqueKey</c>, where the time is one millisecond into the second of the delivery
/// (protocol.md §3.4).
/// </summary>
readonly record struct RecallHandle(string Topic, string BrokerName, string DeliverMs, string UniqueKey)
{
    /// <summary>Bytes that a topic, a broker's name and a unique key of at most 128 bytes each can need.</summary>
    public const int BytesMax = 4 * (((3 * 255) + 32) / 3 + 1);

    /// <summary>Writes a handle; returns its length.</summary>
    public static int Write(
        Span<byte> target,
        ReadOnlySpan<byte> topic,
        string brokerName,
        long outMs,
        ReadOnlySpan<byte> uniqueKey
    )
    {
        var at = 0;
        Add(target, ref at, "v1 "u8);
        Add(target, ref at, topic);
        target[at++] = (byte)' ';
        at += Encoding.UTF8.GetBytes(brokerName, target[at..]);
        target[at++] = (byte)' ';
        // The second was rounded down: its first millisecond is still in the future when the message is not yet due.
        Utf8Formatter.TryFormat(outMs + 1, target[at..], out var digits);
        at += digits;
        target[at++] = (byte)' ';
        Add(target, ref at, uniqueKey);
        Base64.EncodeToUtf8InPlace(target, at, out var length);
        target[..length].Replace((byte)'+', (byte)'-');
        target[..length].Replace((byte)'/', (byte)'_');
        return length;
    }

    /// <summary>Reads a handle, padded or not; false when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out RecallHandle handle)
    {
        handle = default;
        text = text.TrimEnd((byte)'=');
        if (text.IsEmpty || !Base64Url.IsValid(text))
            return false;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromUtf8(text)).Split(' ');
        if (parts.Length < 5 || parts[0] != "v1")
            return false;
        handle = new RecallHandle(parts[1], parts[2], parts[3], parts[4]);
        return true;
    }

    static void Add(Span<byte> target, ref int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(target[at..]);
        at += part.Length;
    }
}
