using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Broker.Protocol.Headers;

/// <summary>
/// Writes UTF-8 text as the inside of a JSON string. Bytes that are not UTF-8 become U+FFFD: a strict parser at the
/// other
/// end would refuse the whole frame otherwise.
/// </summary>
static class JsonText
{
    /// <summary>What must be escaped: control characters, quote and backslash.</summary>
    static readonly SearchValues<byte> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(value => (byte)value),
        (byte)'"',
        (byte)'\\',
        0x7F,
    ]);

    /// <summary>The worst case: every byte becomes \u00XX.</summary>
    public static int MaxBytes(ReadOnlySpan<byte> text) => checked(text.Length * 6);

    /// <summary>Writes the escaped text, without the quotes.</summary>
    public static void Write(Span<byte> target, ReadOnlySpan<byte> text, out int written)
    {
        if (!Ascii.IsValid(text) && !Utf8.IsValid(text))
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        written = 0;
        while (true)
        {
            int plain = text.IndexOfAny(Escaped);
            if (plain < 0)
            {
                text.CopyTo(target[written..]);
                written += text.Length;
                return;
            }
            text[..plain].CopyTo(target[written..]);
            written += plain;
            written += Escape(target[written..], text[plain]);
            text = text[(plain + 1)..];
        }
    }

    static int Escape(Span<byte> target, byte value)
    {
        target[0] = (byte)'\\';
        byte letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => 0,
        };
        if (letter != 0)
        {
            target[1] = letter;
            return 2;
        }
        "u00"u8.CopyTo(target[1..]);
        const string Digits = "0123456789ABCDEF";
        target[4] = (byte)Digits[value >> 4];
        target[5] = (byte)Digits[value & 15];
        return 6;
    }
}
