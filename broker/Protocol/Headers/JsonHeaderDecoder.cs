using System.Buffers.Text;

namespace Broker.Protocol.Headers;

/// <summary>
/// The JSON header (protocol.md §1.2), read as tolerantly as the reference's parser does: numbers and booleans in
/// place of
/// texts and the other way round, <c>null</c> for a whole map, unknown members. Strings are unescaped in place: an
/// unescaped string is never longer than its escaped form.
/// </summary>
static class JsonHeaderDecoder
{
    public static HeaderProblem Decode(byte[] buffer, int start, int length, Header header)
    {
        var scanner = new JsonHeaderScanner(buffer, start, start + length);
        if (!scanner.Take((byte)'{'))
            return HeaderProblem.NotJson;
        if (scanner.Take((byte)'}'))
            return scanner.AtEnd ? HeaderProblem.None : HeaderProblem.NotJson;
        do
        {
            if (!scanner.Name(out int name, out int nameLength))
                return HeaderProblem.NotJson;
            var problem = Member(ref scanner, buffer.AsSpan(name, nameLength), buffer, header);
            if (problem != HeaderProblem.None)
                return problem;
        } while (scanner.Take((byte)','));
        return scanner.Take((byte)'}') && scanner.AtEnd ? HeaderProblem.None : HeaderProblem.NotJson;
    }

    static HeaderProblem Member(ref JsonHeaderScanner scanner, ReadOnlySpan<byte> name, byte[] buffer, Header header)
    {
        if (name.SequenceEqual("extFields"u8))
            return ExtFields(ref scanner, header.Fields);
        if (!scanner.Value(out int value, out int valueLength, out bool isNull))
            return HeaderProblem.NotJson;
        if (isNull)
            return HeaderProblem.None;
        var text = buffer.AsSpan(value, valueLength);
        if (name.SequenceEqual("remark"u8))
        {
            header.SetRemark(value, valueLength);
            return HeaderProblem.None;
        }
        if (name.SequenceEqual("language"u8))
        {
            header.Language = LanguageNames.Parse(text);
            return HeaderProblem.None;
        }
        return Number(name, text, header) ? HeaderProblem.None : HeaderProblem.NotJson;
    }

    static bool Number(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, Header header)
    {
        if (name.SequenceEqual("code"u8))
            return TryInt(text, out int code) && Set(header.Code = code);
        if (name.SequenceEqual("version"u8))
            return TryInt(text, out int version) && Set(header.Version = version);
        if (name.SequenceEqual("opaque"u8))
            return TryInt(text, out int opaque) && Set(header.Opaque = opaque);
        if (name.SequenceEqual("flag"u8))
            return TryInt(text, out int flag) && Set(header.Flag = flag);
        return true;

        static bool Set(int assigned) => true;
    }

    static HeaderProblem ExtFields(ref JsonHeaderScanner scanner, Fields fields)
    {
        if (!scanner.Take((byte)'{'))
            return scanner.Value(out _, out _, out bool isNull) && isNull ? HeaderProblem.None : HeaderProblem.NotJson;
        if (scanner.Take((byte)'}'))
            return HeaderProblem.None;
        do
        {
            if (
                !scanner.Name(out int name, out int nameLength)
                || !scanner.Value(out int value, out int valueLength, out bool isNull)
            )
            {
                return HeaderProblem.NotJson;
            }
            if (!isNull && !fields.TryAdd(name, nameLength, value, valueLength))
                return HeaderProblem.TooManyFields;
        } while (scanner.Take((byte)','));
        return scanner.Take((byte)'}') ? HeaderProblem.None : HeaderProblem.NotJson;
    }

    static bool TryInt(ReadOnlySpan<byte> text, out int value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;
}
