using System.Globalization;
using System.Text;

namespace Broker.Protocol.Json;

/// <summary>
/// Reads the dialect that <see cref="FastJson"/> describes. Never throws: null means <see cref="Problem"/>.
/// </summary>
ref struct FastJsonParser(ReadOnlySpan<byte> utf8)
{
    /// <summary>The deepest body known is 7; more is an attack on the stack.</summary>
    const int MaxDepth = 64;

    /// <summary>
    /// A registration of 10,000 topics has some 200,000 values. At 60 bytes each a full frame of "1,1,1" would be half
    /// a gigabyte.
    /// </summary>
    const int MaxValues = 1_000_000;

    readonly ReadOnlySpan<byte> source = utf8;
    int at;
    int depth;
    int values;

    /// <summary>What was wrong first.</summary>
    public string Problem { get; private set; } = "";

    public FastJson? ParseAll()
    {
        var value = ParseValue();
        SkipBlanks();
        if (value is not null && at < source.Length)
            return Fail("unexpected data after the end");
        return value;
    }

    FastJson? ParseValue(bool isKey = false)
    {
        SkipBlanks();
        if (at >= source.Length)
            return Fail("unexpected end");
        if (++values > MaxValues)
            return Fail("too many values");
        return source[at] switch
        {
            (byte)'{' => ParseObject(),
            (byte)'[' => ParseArray(),
            (byte)'"' or (byte)'\'' => ParseText(),
            _ => ParseWord(isKey),
        };
    }

    FastJson? ParseObject()
    {
        if (++depth > MaxDepth)
            return Fail("nested too deeply");
        at++;
        var members = new List<KeyValuePair<FastJson, FastJson>>();
        while (true)
        {
            SkipSeparators();
            if (TryTake((byte)'}'))
                break;
            var key = ParseValue(isKey: true);
            if (key is null)
                return null;
            SkipBlanks();
            if (!TryTake((byte)':'))
                return Fail("a colon is missing");
            var value = ParseValue();
            if (value is null)
                return null;
            members.Add(new KeyValuePair<FastJson, FastJson>(key, value));
            if (!AtSeparatorOr((byte)'}'))
                return Fail("a comma is missing");
        }
        depth--;
        return new FastJson(members);
    }

    FastJson? ParseArray()
    {
        if (++depth > MaxDepth)
            return Fail("nested too deeply");
        at++;
        var items = new List<FastJson>();
        while (true)
        {
            SkipSeparators();
            if (TryTake((byte)']'))
                break;
            var value = ParseValue();
            if (value is null)
                return null;
            items.Add(value);
            if (!AtSeparatorOr((byte)']'))
                return Fail("a comma is missing");
        }
        depth--;
        return new FastJson(items);
    }

    FastJson? ParseText()
    {
        var quote = source[at++];
        var rest = source[at..];
        var end = rest.IndexOfAny(quote, (byte)'\\');
        if (end < 0)
            return Fail("a text does not end");
        if (rest[end] == quote)
        {
            at += end + 1;
            return new FastJson(FastJsonKind.Text, Encoding.UTF8.GetString(rest[..end]));
        }
        return ParseEscapedText(quote);
    }

    FastJson? ParseEscapedText(byte quote)
    {
        var text = new StringBuilder();
        while (true)
        {
            var rest = source[at..];
            var end = rest.IndexOfAny(quote, (byte)'\\');
            if (end < 0)
                return Fail("a text does not end");
            text.Append(Encoding.UTF8.GetString(rest[..end]));
            at += end + 1;
            if (rest[end] == quote)
                return new FastJson(FastJsonKind.Text, text.ToString());
            if (at >= source.Length)
                return Fail("a text does not end");
            var escape = source[at++];
            if (escape is (byte)'u' or (byte)'x')
            {
                if (!TryTakeHex(escape == (byte)'u' ? 4 : 2, out var letter))
                    return Fail("an escape is not hexadecimal");
                text.Append(letter);
                continue;
            }
            text.Append(Unescape(escape));
        }
    }

    static char Unescape(byte escape) =>
        escape switch
        {
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'v' => '\v',
            (byte)'0' => '\0',
            _ => (char)escape,
        };

    bool TryTakeHex(int digits, out char letter)
    {
        letter = '\0';
        if (
            source.Length - at < digits
            || !ushort.TryParse(
                source.Slice(at, digits),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var code
            )
        )
            return false;
        letter = (char)code;
        at += digits;
        return true;
    }

    /// <summary>A number, a truth value, null, or, as a key only, a name without quotes.</summary>
    FastJson? ParseWord(bool isKey)
    {
        var start = at;
        while (at < source.Length && IsWordByte(source[at]))
            at++;
        if (at == start)
            return Fail($"unexpected '{(char)source[at]}'");
        var word = Encoding.UTF8.GetString(source[start..at]);
        return word switch
        {
            "null" => new FastJson(FastJsonKind.Null, ""),
            "true" or "false" => new FastJson(FastJsonKind.Truth, word),
            _ when IsNumber(word) => new FastJson(FastJsonKind.Number, word.TrimEnd('L')),
            _ when isKey => new FastJson(FastJsonKind.Text, word),
            _ => Fail("a text without quotes that is no key ends"),
        };
    }

    static bool IsWordByte(byte letter) =>
        char.IsAsciiLetterOrDigit((char)letter) || letter >= 0x80 || "+-._$@%|".Contains((char)letter);

    static bool IsNumber(string word) =>
        (char.IsAsciiDigit(word[0]) || word[0] is '-' or '+' or '.')
        && double.TryParse(word.TrimEnd('L'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    bool AtSeparatorOr(byte end)
    {
        SkipBlanks();
        return at < source.Length && (source[at] == (byte)',' || source[at] == end);
    }

    void SkipSeparators()
    {
        SkipBlanks();
        while (TryTake((byte)','))
            SkipBlanks();
    }

    bool TryTake(byte letter)
    {
        if (at >= source.Length || source[at] != letter)
            return false;
        at++;
        return true;
    }

    void SkipBlanks()
    {
        while (at < source.Length)
        {
            var letter = source[at];
            if (letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF)
                at++;
            else if (letter == (byte)'/' && at + 1 < source.Length && source[at + 1] is (byte)'/' or (byte)'*')
                SkipComment();
            else
                return;
        }
    }

    void SkipComment()
    {
        var rest = source[(at + 2)..];
        var isLine = source[at + 1] == (byte)'/';
        var end = isLine ? rest.IndexOf((byte)'\n') : rest.IndexOf("*/"u8);
        at = end < 0 ? source.Length : at + 2 + end + (isLine ? 1 : 2);
    }

    FastJson? Fail(string problem)
    {
        if (Problem.Length == 0)
            Problem = $"{problem} at byte {at}";
        return null;
    }
}
