using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Broker.Protocol.Json;

/// <summary>
/// Writes bodies as the reference's JSON library does (protocol.md §6.2): numbers as keys without quotes, objects as
/// keys, null members left
/// out (the caller does not write them). Commas and colons come by themselves. It checks nothing: the caller's calls
/// must be balanced.
/// </summary>
public sealed class FastJsonWriter(FastJsonStyle style = FastJsonStyle.Compact)
{
    readonly ArrayBufferWriter<byte> output = new(512);
    bool needsComma;
    bool afterKey;
    int depth;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => output.WrittenSpan;

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => output.WrittenSpan.ToArray();

    /// <summary>Starts an object: as a value, as a key, or as the whole.</summary>
    public FastJsonWriter BeginObject() => Begin((byte)'{');

    /// <summary>Ends the innermost object.</summary>
    public FastJsonWriter EndObject() => End((byte)'}');

    /// <summary>Starts an array.</summary>
    public FastJsonWriter BeginArray() => Begin((byte)'[');

    /// <summary>Ends the innermost array.</summary>
    public FastJsonWriter EndArray() => End((byte)']');

    /// <summary>A member's name.</summary>
    public FastJsonWriter Name(string name)
    {
        Separate();
        Quote(name);
        return Colon();
    }

    /// <summary>A number as a member's name: without quotes, but for readers of standard JSON.</summary>
    public FastJsonWriter Name(long key)
    {
        Separate();
        var quote = style.HasFlag(FastJsonStyle.QuotedNumberKeys);
        if (quote)
            Raw("\""u8);
        Digits(key);
        if (quote)
            Raw("\""u8);
        return Colon();
    }

    /// <summary>What was written last, an object, is the key of what comes next.</summary>
    public FastJsonWriter Colon()
    {
        Raw(":"u8);
        afterKey = true;
        return this;
    }

    /// <summary>A text; null is the word null.</summary>
    public FastJsonWriter Value(string? text)
    {
        Separate();
        if (text is null)
            Raw("null"u8);
        else
            Quote(text);
        needsComma = true;
        return this;
    }

    /// <summary>A whole number.</summary>
    public FastJsonWriter Value(long number)
    {
        Separate();
        Digits(number);
        needsComma = true;
        return this;
    }

    /// <summary>A real number as Java prints it: with a point even when it is whole.</summary>
    public FastJsonWriter Value(double number)
    {
        Separate();
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        Raw(Encoding.ASCII.GetBytes(text.AsSpan().IndexOfAny(".EN∞") >= 0 ? text : text + ".0"));
        needsComma = true;
        return this;
    }

    /// <summary>A truth value.</summary>
    public FastJsonWriter Value(bool truth)
    {
        Separate();
        Raw(truth ? "true"u8 : "false"u8);
        needsComma = true;
        return this;
    }

    /// <summary>A list of texts.</summary>
    public FastJsonWriter Values(IEnumerable<string> texts)
    {
        BeginArray();
        foreach (var text in texts)
            Value(text);
        return EndArray();
    }

    /// <summary>Text that is JSON already.</summary>
    public FastJsonWriter RawValue(ReadOnlySpan<byte> json)
    {
        Separate();
        Raw(json);
        needsComma = true;
        return this;
    }

    FastJsonWriter Begin(byte bracket)
    {
        Separate();
        output.GetSpan(1)[0] = bracket;
        output.Advance(1);
        needsComma = false;
        depth++;
        return this;
    }

    FastJsonWriter End(byte bracket)
    {
        depth--;
        if (needsComma)
            BreakLine();
        output.GetSpan(1)[0] = bracket;
        output.Advance(1);
        needsComma = true;
        afterKey = false;
        return this;
    }

    void Separate()
    {
        if (!afterKey)
        {
            if (needsComma)
                Raw(","u8);
            if (depth > 0)
                BreakLine();
        }
        afterKey = false;
        needsComma = false;
    }

    void BreakLine()
    {
        if (!style.HasFlag(FastJsonStyle.Pretty))
            return;
        Raw("\n"u8);
        for (var i = 0; i < depth; i++)
            Raw("\t"u8);
    }

    void Digits(long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    void Quote(string text)
    {
        Raw("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!NeedsEscape(text[i]))
                continue;
            Utf8(text.AsSpan(start, i - start));
            Escape(text[i]);
            start = i + 1;
        }
        Utf8(text.AsSpan(start));
        Raw("\""u8);
    }

    bool NeedsEscape(char letter) =>
        letter is '"' or '\\' || letter < ' ' || (letter > '~' && style.HasFlag(FastJsonStyle.AsciiOnly));

    void Escape(char letter)
    {
        switch (letter)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            case '\b':
                Raw("\\b"u8);
                break;
            case '\f':
                Raw("\\f"u8);
                break;
            default:
                Raw(Encoding.ASCII.GetBytes($"\\u{(int)letter:X4}"));
                break;
        }
    }

    void Utf8(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        var written = Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        output.Advance(written);
    }

    void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
