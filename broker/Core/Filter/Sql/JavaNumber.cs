using System.Globalization;
using System.Text;

namespace Broker.Core.Filter.Sql;

/// <summary>
/// Reads and compares numbers as Java does, since filters were written against it: digits of any script in whole
/// numbers; NaN, Infinity, surrounding blanks and a closing d or f in others. Hexadecimal fractions are not read.
/// </summary>
static class JavaNumber
{
    /// <summary>As <c>Long.valueOf</c>; false when that would fail.</summary>
    public static bool TryWhole(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var isNegative = !text.IsEmpty && text[0] == '-';
        var rest = isNegative || !text.IsEmpty && text[0] == '+' ? text[1..] : text;
        if (rest.IsEmpty)
            return false;
        while (!rest.IsEmpty)
        {
            if (!TryDigit(ref rest, out var digit))
                return false;
            // Towards the negative end, which reaches further.
            var next = Math.BigMul(value, 10L) - digit;
            if (next < long.MinValue)
                return false;
            value = (long)next;
        }
        if (isNegative)
            return true;
        value = unchecked(-value);
        return value >= 0;
    }

    /// <summary>As <c>Double.valueOf</c>; false when that would fail.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        text = TrimControls(text);
        var isNegative = !text.IsEmpty && text[0] == '-';
        if (isNegative || !text.IsEmpty && text[0] == '+')
            text = text[1..];
        if (text.SequenceEqual("NaN"u8))
            value = double.NaN;
        else if (text.SequenceEqual("Infinity"u8))
            value = double.PositiveInfinity;
        else if (!TryFinite(text, out value))
            return false;
        if (isNegative)
            value = -value;
        return true;
    }

    /// <summary>As <c>Double.compareTo</c>: NaN is above all, minus zero below zero.</summary>
    public static int Compare(double left, double right)
    {
        if (left < right)
            return -1;
        if (left > right)
            return 1;
        if (double.IsNaN(left) || double.IsNaN(right))
            return double.IsNaN(left).CompareTo(double.IsNaN(right));
        return double.IsNegative(right).CompareTo(double.IsNegative(left));
    }

    static bool TryFinite(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (!text.IsEmpty && text[^1] is (byte)'d' or (byte)'D' or (byte)'f' or (byte)'F')
            text = text[..^1];
        // Without this, what .NET reads beyond Java (signs, blanks, its own words for infinity) would pass.
        return !text.IsEmpty
            && (char.IsAsciiDigit((char)text[0]) || text[0] == '.')
            && double.TryParse(
                text,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out value
            );
    }

    static bool TryDigit(ref ReadOnlySpan<byte> text, out int digit)
    {
        if (text[0] < 0x80)
        {
            digit = text[0] - '0';
            text = text[1..];
            return digit is >= 0 and <= 9;
        }
        Rune.DecodeFromUtf8(text, out var rune, out var length);
        text = text[length..];
        digit = rune.IsBmp ? CharUnicodeInfo.GetDecimalDigitValue((char)rune.Value) : -1;
        return digit >= 0;
    }

    static ReadOnlySpan<byte> TrimControls(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && text[0] <= ' ')
            text = text[1..];
        while (!text.IsEmpty && text[^1] <= ' ')
            text = text[..^1];
        return text;
    }
}
