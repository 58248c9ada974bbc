using System.Buffers.Text;
using System.Text;

namespace Broker.Protocol.Headers;

/// <summary>
/// Reads typed values out of <see cref="Fields"/> and remembers the first thing that was wrong, so that a processor
/// reads
/// all it needs and then asks once: <c>if (read.Failed) request.Reply(ResponseCode.SystemError, read.Problem)</c>.
/// Never throws.
/// </summary>
public ref struct FieldReader(Fields fields)
{
    /// <summary>A required field was missing or a value was not of its type.</summary>
    public readonly bool Failed => Problem is not null;

    /// <summary>The first thing that was wrong, as the sender is told it; null when all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// A required text. It may be empty, as with the reference: an empty name is a name that nothing has, so a lookup
    /// answers that it found nothing.
    /// </summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> name)
    {
        if (fields.TryGet(name, out var value))
            return value;
        Missing(name);
        return default;
    }

    /// <summary>A required text of at least one byte, for what is kept under it; empty after a failure.</summary>
    public string Name(ReadOnlySpan<byte> name)
    {
        var value = fields[name];
        if (value.IsEmpty)
            Missing(name);
        return Encoding.UTF8.GetString(value);
    }

    /// <summary>An optional text, empty when absent.</summary>
    public readonly ReadOnlySpan<byte> OptionalText(ReadOnlySpan<byte> name) => fields[name];

    /// <summary>A required text as a string; empty after a failure.</summary>
    public string String(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(Text(name));

    /// <summary>An optional text as a string, null when absent or empty.</summary>
    public readonly string? OptionalString(ReadOnlySpan<byte> name)
    {
        var value = fields[name];
        return value.IsEmpty ? null : Encoding.UTF8.GetString(value);
    }

    /// <summary>A required 32-bit number.</summary>
    public int Int(ReadOnlySpan<byte> name) => Narrow(name, Required(name));

    /// <summary>An optional 32-bit number.</summary>
    public int Int(ReadOnlySpan<byte> name, int absent) => Narrow(name, Optional(name, absent));

    /// <summary>A required 64-bit number.</summary>
    public long Long(ReadOnlySpan<byte> name) => Required(name);

    /// <summary>An optional 64-bit number.</summary>
    public long Long(ReadOnlySpan<byte> name, long absent) => Optional(name, absent);

    /// <summary>
    /// An optional truth value: <c>true</c> in any case, or 1; everything else is false, as with the reference.
    /// </summary>
    public readonly bool Bool(ReadOnlySpan<byte> name, bool absent = false)
    {
        if (!fields.TryGet(name, out var value) || value.IsEmpty)
            return absent;
        return Ascii.EqualsIgnoreCase(value, "true"u8) || value.SequenceEqual("1"u8);
    }

    long Required(ReadOnlySpan<byte> name)
    {
        if (!fields.TryGet(name, out var value) || value.IsEmpty)
        {
            Missing(name);
            return 0;
        }
        return Parse(name, value);
    }

    long Optional(ReadOnlySpan<byte> name, long absent) =>
        fields.TryGet(name, out var value) && !value.IsEmpty ? Parse(name, value) : absent;

    long Parse(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length)
            return number;
        Problem ??= $"the field <{Show(name)}> is not a number: {Show(value[..Math.Min(value.Length, 64)])}";
        return 0;
    }

    int Narrow(ReadOnlySpan<byte> name, long number)
    {
        if (number is >= int.MinValue and <= int.MaxValue)
            return (int)number;
        Problem ??= $"the field <{Show(name)}> does not fit 32 bits: {number}";
        return 0;
    }

    void Missing(ReadOnlySpan<byte> name) => Problem ??= $"the custom field <{Show(name)}> is null";

    static string Show(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
