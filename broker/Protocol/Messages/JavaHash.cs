using System.Text;

namespace Broker.Protocol.Messages;

/// <summary>
/// Java's <c>String.hashCode</c> of UTF-8 text: over UTF-16 units, 32 bits, wrapping. Tags are filtered and keys are
/// indexed
/// by it, on disk and by every client.
/// </summary>
public static class JavaHash
{
    /// <summary>The hash of the text. Bytes that are not UTF-8 count as U+FFFD, as Java decodes them.</summary>
    public static int Of(ReadOnlySpan<byte> utf8) => Continue(0, utf8);

    /// <summary>
    /// The hash of a text that begins with one whose hash is <paramref name="hash"/>, and goes on with the bytes.
    /// </summary>
    public static int Continue(int hash, ReadOnlySpan<byte> utf8)
    {
        int plain = 0;
        while (plain < utf8.Length && utf8[plain] < 0x80)
            hash = unchecked(31 * hash + utf8[plain++]);
        return plain == utf8.Length ? hash : OfRest(hash, utf8[plain..]);
    }

    /// <summary>The hash of a text that is UTF-16 already.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        int hash = 0;
        foreach (char unit in text)
            hash = unchecked(31 * hash + unit);
        return hash;
    }

    static int OfRest(int hash, ReadOnlySpan<byte> utf8)
    {
        Span<char> units = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            // A failed decode gives U+FFFD and how many bytes it stands for.
            Rune.DecodeFromUtf8(utf8, out var rune, out int used);
            int count = rune.EncodeToUtf16(units);
            for (int i = 0; i < count; i++)
                hash = unchecked(31 * hash + units[i]);
            utf8 = utf8[used..];
        }
        return hash;
    }
}
