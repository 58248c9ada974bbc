using Broker.Protocol.Json;

namespace Broker.Core.Pop;

/// <summary>
/// The messages of a batch acknowledgement as bits, the lowest first: Java's BitSet as base64, or as a list of bytes.
/// </summary>
static class PopBits
{
    /// <summary>Bits of one pop and far more; a client that sends more has a defect.</summary>
    const int BytesMax = 1024;

    public static byte[] Read(FastJson json)
    {
        if (json.Items is { Count: > 0 } numbers)
            return [.. numbers.Take(BytesMax).Select(number => (byte)number.AsInt())];
        var text = json.AsText("");
        var bytes = new byte[Math.Min(BytesMax, (text.Length * 3 / 4) + 1)];
        return Convert.TryFromBase64String(text, bytes, out var written) ? bytes[..written] : [];
    }
}
