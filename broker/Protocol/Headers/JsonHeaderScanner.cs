using System.Text;

namespace Broker.Protocol.Headers;

/// <summary>
/// Walks over the tokens of a JSON header and hands out where a text lies in the buffer. It does not build values,
/// and it
/// knows nothing about which members a header has.
/// </summary>
ref struct JsonHeaderScanner(byte[] buffer, int start, int end)
{
    /// <summary>
    /// A header has two levels. A nested value of a field deeper than this is refused rather than walked.
    /// </summary>
    const int MaxDepth = 16;

    int at = start;

    /// <summary>Only white space is left.</summary>
    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return at == end;
        }
    }

    /// <summary>Steps over one expected byte.</summary>
    public bool Take(byte expected)
    {
        SkipSpace();
        if (at >= end || buffer[at] != expected)
            return false;
        at++;
        return true;
    }

    /// <summary>A member's name and the colon behind it.</summary>
    public bool Name(out int position, out int length)
    {
        SkipSpace();
        return Text(out position, out length) && Take((byte)':');
    }

    /// <summary>
    /// Any value. Texts are unescaped, numbers and literals are their bytes, nested values their raw text.
    /// </summary>
    public bool Value(out int position, out int length, out bool isNull)
    {
        isNull = false;
        position = length = 0;
        SkipSpace();
        if (at >= end)
            return false;
        switch (buffer[at])
        {
            case (byte)'"':
                return Text(out position, out length);
            case (byte)'{' or (byte)'[':
                return Nested(out position, out length);
            default:
                if (!Literal(out position, out length))
                    return false;
                isNull = buffer.AsSpan(position, length).SequenceEqual("null"u8);
                return true;
        }
    }

    void SkipSpace()
    {
        // Headers are written by programs: there is hardly ever a space, and this is asked before every token.
        if (at < end && buffer[at] > ' ')
            return;
        while (at < end && buffer[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            at++;
    }

    bool Literal(out int position, out int length)
    {
        position = at;
        while (
            at < end
            && buffer[at]
                is (>= (byte)'0' and <= (byte)'9')
                    or (>= (byte)'a' and <= (byte)'z')
                    or (>= (byte)'A' and <= (byte)'Z')
                    or (byte)'-'
                    or (byte)'+'
                    or (byte)'.'
        )
        {
            at++;
        }
        length = at - position;
        return length > 0;
    }

    bool Text(out int position, out int length)
    {
        position = at + 1;
        length = 0;
        if (at >= end || buffer[at] != '"')
            return false;
        var rest = buffer.AsSpan(position, end - position);
        int stop = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (stop < 0)
            return false;
        if (rest[stop] == '"')
        {
            length = stop;
            at = position + stop + 1;
            return true;
        }
        return Unescape(position, position + stop, out length);
    }

    /// <summary>Goes on at the first backslash, moving what follows down over the escapes.</summary>
    bool Unescape(int position, int from, out int length)
    {
        length = 0;
        int read = from;
        int write = from;
        while (read < end)
        {
            var rest = buffer.AsSpan(read, end - read);
            int plain = rest.IndexOfAny((byte)'"', (byte)'\\');
            if (plain < 0)
                return false;
            rest[..plain].CopyTo(buffer.AsSpan(write));
            bool ends = rest[plain] == '"';
            write += plain;
            read += plain + 1;
            if (ends)
            {
                length = write - position;
                at = read;
                return true;
            }
            if (read >= end || !Escape(buffer[read++], ref read, ref write))
                return false;
        }
        return false;
    }

    bool Escape(byte kind, ref int read, ref int write)
    {
        int single = kind switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'\'' => kind,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => -1,
        };
        if (single >= 0)
        {
            buffer[write++] = (byte)single;
            return true;
        }
        if (kind != 'u' || !Hex(read, out int unit))
            return false;
        read += 4;
        var rune = new Rune('\uFFFD');
        if (!char.IsSurrogate((char)unit))
        {
            rune = new Rune(unit);
        }
        else if (
            char.IsHighSurrogate((char)unit)
            && end - read >= 6
            && buffer[read] == '\\'
            && buffer[read + 1] == 'u'
            && Hex(read + 2, out int low)
            && char.IsLowSurrogate((char)low)
        )
        {
            rune = new Rune((char)unit, (char)low);
            read += 6;
        }
        // At most 3 bytes for 6 of the escape, 4 for 12.
        write += rune.EncodeToUtf8(buffer.AsSpan(write, read - write));
        return true;
    }

    readonly bool Hex(int from, out int unit)
    {
        unit = 0;
        if (end - from < 4)
            return false;
        int valid = 0;
        for (int i = from; i < from + 4; i++)
        {
            int digit = HexDigit(buffer[i]);
            valid |= digit;
            unit = (unit << 4) | digit;
        }
        return valid >= 0;
    }

    /// <summary>0 to 15, or -1.</summary>
    static int HexDigit(byte value) =>
        value switch
        {
            >= (byte)'0' and <= (byte)'9' => value - '0',
            >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
            _ => -1,
        };

    /// <summary>
    /// Steps over a nested object or array; its raw text is the value, as the reference's text coercion gives.
    /// </summary>
    bool Nested(out int position, out int length)
    {
        position = at;
        length = 0;
        int depth = 0;
        while (at < end)
        {
            byte value = buffer[at];
            if (value == '"')
            {
                if (!SkipText())
                    return false;
                continue;
            }
            at++;
            if (value is (byte)'{' or (byte)'[' && ++depth > MaxDepth)
                return false;
            if (value is (byte)'}' or (byte)']' && --depth == 0)
            {
                length = at - position;
                return true;
            }
        }
        return false;
    }

    bool SkipText()
    {
        at++;
        while (at < end)
        {
            byte value = buffer[at++];
            if (value == '"')
                return true;
            if (value == '\\')
                at++;
        }
        return false;
    }
}
