using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Broker.Protocol.Headers;

/// <summary>
/// Writes one frame of either header type into a pooled buffer: construct, add fields, <see cref="Finish"/>, use
/// <see cref="Written"/>, <see cref="Free"/>. Members come in the reference's order, so the bytes equal its own.
/// Allocates nothing while the pool is warm.
/// </summary>
public ref struct FrameWriter
{
    /// <summary>A binary header gives a name's length in 16 bits with a sign.</summary>
    public const int NameBytesMax = short.MaxValue;

    const int InitialBytes = 1024;

    /// <summary>Total length 4 and the word of serialise type and header length 4.</summary>
    const int HeaderStart = 8;

    readonly SerializeType type;
    readonly LanguageCode language;
    readonly int version;
    readonly int opaque;
    readonly int flag;
    readonly ReadOnlySpan<byte> remark;
    byte[] buffer;
    int at;
    int fieldsAt;
    bool anyField;

    /// <param name="type">The header's type.</param>
    /// <param name="code">Request or response code.</param>
    /// <param name="language">Who we say we are.</param>
    /// <param name="version">The protocol version we say we have.</param>
    /// <param name="opaque">The request's number.</param>
    /// <param name="flag">See <see cref="Header.Flag"/>.</param>
    /// <param name="remark">UTF-8; empty for none. Read again by <see cref="Finish"/>.</param>
    public FrameWriter(
        SerializeType type,
        int code,
        LanguageCode language,
        int version,
        int opaque,
        int flag,
        ReadOnlySpan<byte> remark
    )
    {
        this.type = type;
        this.language = language;
        this.version = version;
        this.opaque = opaque;
        this.flag = flag;
        this.remark = remark;
        buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
        at = HeaderStart;
        if (type == SerializeType.Json)
        {
            Raw("{\"code\":"u8);
            Number(code);
        }
        else
        {
            BinaryStart(code);
        }
    }

    /// <summary>The finished frame, or what is there of it.</summary>
    public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, at);

    /// <summary>Adds a field with a UTF-8 value. Names are plain ASCII and not escaped.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (type == SerializeType.Json)
        {
            JsonName(name);
            JsonText.Write(Reserve(JsonText.MaxBytes(value)), value, out int written);
            at += written;
            Raw("\""u8);
            return;
        }
        var target = Reserve(2 + name.Length + 4 + value.Length);
        BinaryPrimitives.WriteInt16BigEndian(target, (short)name.Length);
        name.CopyTo(target[2..]);
        BinaryPrimitives.WriteInt32BigEndian(target[(2 + name.Length)..], value.Length);
        value.CopyTo(target[(6 + name.Length)..]);
        at += 6 + name.Length + value.Length;
    }

    /// <summary>Adds a number as decimal text.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Field(name, digits[..length]);
    }

    /// <summary>Adds <c>true</c> or <c>false</c>.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, bool value) => Field(name, value ? "true"u8 : "false"u8);

    /// <summary>Adds a text.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, string value)
    {
        byte[] text = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        Field(name, text.AsSpan(0, Encoding.UTF8.GetBytes(value, text)));
        ArrayPool<byte>.Shared.Return(text);
    }

    /// <summary>
    /// Adds a field whose name somebody else chose: it may hold what would end the name in a JSON header.
    /// </summary>
    /// <param name="name">At most <see cref="NameBytesMax"/> bytes in UTF-8.</param>
    /// <param name="value">The value.</param>
    public void ForeignField(string name, string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf8.Length, NameBytesMax, nameof(name));
        if (type == SerializeType.Json)
        {
            byte[] escaped = new byte[JsonText.MaxBytes(utf8)];
            JsonText.Write(escaped, utf8, out int written);
            Field(escaped.AsSpan(0, written), value);
            return;
        }
        Field(utf8, value);
    }

    /// <summary>Adds all fields of a list, with <see cref="ForeignField"/>.</summary>
    public void Add(FieldList? fields)
    {
        if (fields is null)
            return;
        foreach (var (name, value) in fields)
            ForeignField(name, value);
    }

    /// <summary>
    /// Ends the header and writes the lengths. <paramref name="bodyLength"/> counts all of the body; what of it is
    /// given as
    /// <paramref name="body"/> is copied behind the header, the rest is sent by the caller.
    /// </summary>
    public void Finish(int bodyLength, scoped ReadOnlySpan<byte> body = default)
    {
        if (type == SerializeType.Json)
            JsonEnd();
        else
            BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(fieldsAt - 4), at - fieldsAt);
        int header = at - HeaderStart;
        body.CopyTo(Reserve(body.Length));
        at += body.Length;
        BinaryPrimitives.WriteInt32BigEndian(buffer, 4 + header + bodyLength);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(4), ((int)type << 24) | header);
    }

    /// <summary>Gives the buffer back. <see cref="Written"/> is no longer valid.</summary>
    public void Free()
    {
        byte[] returned = buffer;
        buffer = [];
        at = 0;
        if (returned.Length > 0)
            ArrayPool<byte>.Shared.Return(returned);
    }

    void BinaryStart(int code)
    {
        var target = Reserve(17 + remark.Length + 4);
        BinaryPrimitives.WriteInt16BigEndian(target, (short)code);
        target[2] = (byte)language;
        BinaryPrimitives.WriteInt16BigEndian(target[3..], (short)version);
        BinaryPrimitives.WriteInt32BigEndian(target[5..], opaque);
        BinaryPrimitives.WriteInt32BigEndian(target[9..], flag);
        BinaryPrimitives.WriteInt32BigEndian(target[13..], remark.Length);
        remark.CopyTo(target[17..]);
        at += 17 + remark.Length + 4;
        fieldsAt = at;
    }

    void JsonName(scoped ReadOnlySpan<byte> name)
    {
        Raw(anyField ? ",\""u8 : ",\"extFields\":{\""u8);
        anyField = true;
        Raw(name);
        Raw("\":\""u8);
    }

    void JsonEnd()
    {
        Raw(anyField ? "},\"flag\":"u8 : ",\"flag\":"u8);
        Number(flag);
        Raw(",\"language\":\""u8);
        Raw(language.ToUtf8());
        Raw("\",\"opaque\":"u8);
        Number(opaque);
        if (!remark.IsEmpty)
        {
            Raw(",\"remark\":\""u8);
            JsonText.Write(Reserve(JsonText.MaxBytes(remark)), remark, out int written);
            at += written;
            Raw("\""u8);
        }
        Raw(",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":"u8);
        Number(version);
        Raw("}"u8);
    }

    void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        at += bytes.Length;
    }

    void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        at += written;
    }

    Span<byte> Reserve(int bytes)
    {
        if (buffer.Length - at < bytes)
            Grow(bytes);
        return buffer.AsSpan(at);
    }

    void Grow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, checked(at + bytes)));
        buffer.AsSpan(0, at).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
