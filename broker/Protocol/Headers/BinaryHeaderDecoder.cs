using System.Buffers.Binary;

namespace Broker.Protocol.Headers;

/// <summary>
/// The binary header (protocol.md §1.3): code 2, language 1, version 2, opaque 4, flag 4, remark length 4 and remark,
/// fields length 4 and fields, each field as name length 2, name, value length 4, value.
/// </summary>
static class BinaryHeaderDecoder
{
    /// <summary>2 + 1 + 2 + 4 + 4 bytes before the remark's length.</summary>
    const int FixedBytes = 13;

    public static HeaderProblem Decode(byte[] buffer, int start, int length, Header header)
    {
        if (length < FixedBytes + 8)
            return HeaderProblem.BadBinary;
        var span = buffer.AsSpan(start, length);
        // Codes of 5.x above 32,767 are truncated by their sender: they cannot be told apart here and are JSON only.
        header.Code = BinaryPrimitives.ReadInt16BigEndian(span);
        header.Language = LanguageNames.FromOrdinal(span[2]);
        header.Version = BinaryPrimitives.ReadInt16BigEndian(span[3..]);
        header.Opaque = BinaryPrimitives.ReadInt32BigEndian(span[5..]);
        header.Flag = BinaryPrimitives.ReadInt32BigEndian(span[9..]);
        int at = FixedBytes;
        int remark = BinaryPrimitives.ReadInt32BigEndian(span[at..]);
        at += 4;
        if (remark < 0 || remark > length - at - 4)
            return HeaderProblem.BadBinary;
        header.SetRemark(start + at, remark);
        at += remark;
        int fields = BinaryPrimitives.ReadInt32BigEndian(span[at..]);
        at += 4;
        if (fields < 0 || fields > length - at)
            return HeaderProblem.BadBinary;
        return DecodeFields(span[..(at + fields)], at, start, header.Fields);
    }

    static HeaderProblem DecodeFields(ReadOnlySpan<byte> span, int at, int start, Fields fields)
    {
        while (at < span.Length)
        {
            if (span.Length - at < 2)
                return HeaderProblem.BadBinary;
            int nameLength = BinaryPrimitives.ReadInt16BigEndian(span[at..]);
            int name = at + 2;
            if (nameLength < 0 || nameLength > span.Length - name - 4)
                return HeaderProblem.BadBinary;
            int valueLength = BinaryPrimitives.ReadInt32BigEndian(span[(name + nameLength)..]);
            int value = name + nameLength + 4;
            if (valueLength < 0 || valueLength > span.Length - value)
                return HeaderProblem.BadBinary;
            // The reference reads a value of no length as none, unlike the empty text of a JSON header.
            if (valueLength > 0 && !fields.TryAdd(start + name, nameLength, start + value, valueLength))
                return HeaderProblem.TooManyFields;
            at = value + valueLength;
        }
        return HeaderProblem.None;
    }
}
