using System.Buffers;
using System.Buffers.Text;

namespace Broker.Core.Pop;

/// <summary>
/// Writes the short texts of POP - offsets, handles, records - into buffers that are used again and again.
/// </summary>
static class PopText
{
    const int NumberBytesMax = 20;

    public static ArrayBufferWriter<byte> Text(this ArrayBufferWriter<byte> target, ReadOnlySpan<byte> text)
    {
        target.Write(text);
        return target;
    }

    public static ArrayBufferWriter<byte> Letter(this ArrayBufferWriter<byte> target, byte letter)
    {
        target.GetSpan(1)[0] = letter;
        target.Advance(1);
        return target;
    }

    public static ArrayBufferWriter<byte> Number(this ArrayBufferWriter<byte> target, long number)
    {
        Utf8Formatter.TryFormat(number, target.GetSpan(NumberBytesMax), out var written);
        target.Advance(written);
        return target;
    }

    /// <summary>Entries of the offset texts are separated by semicolons.</summary>
    public static ArrayBufferWriter<byte> NextEntry(this ArrayBufferWriter<byte> target) =>
        target.WrittenCount == 0 ? target : target.Letter((byte)';');
}
