using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Broker.Protocol.Json;

/// <summary>
/// A parsed body in the dialect of the reference's JSON library (protocol.md §6.2): keys may be unquoted, numbers or
/// whole objects; strings
/// may have single quotes; comments are skipped. Reading a member that is absent or of another kind yields the given
/// default, never an
/// exception. Not for hot paths: everything is an object.
/// </summary>
public sealed class FastJson
{
    internal static readonly FastJson MissingValue = new(FastJsonKind.Missing, "");

    readonly string text;
    readonly IReadOnlyList<FastJson> items;
    readonly IReadOnlyList<KeyValuePair<FastJson, FastJson>> members;

    internal FastJson(FastJsonKind kind, string text)
    {
        Kind = kind;
        this.text = text;
        items = [];
        members = [];
    }

    internal FastJson(IReadOnlyList<FastJson> items)
        : this(FastJsonKind.Array, "") => this.items = items;

    internal FastJson(IReadOnlyList<KeyValuePair<FastJson, FastJson>> members)
        : this(FastJsonKind.Object, "") => this.members = members;

    /// <summary>What this is.</summary>
    public FastJsonKind Kind { get; }

    /// <summary>The elements of an array; nothing for anything else.</summary>
    public IReadOnlyList<FastJson> Items => items;

    /// <summary>The members of an object in the order of the text; nothing for anything else.</summary>
    public IReadOnlyList<KeyValuePair<FastJson, FastJson>> Members => members;

    /// <summary>Whether there is a value: not missing and not null.</summary>
    public bool HasValue => Kind is not (FastJsonKind.Missing or FastJsonKind.Null);

    /// <summary>The member of that name; of two the last one, as the reference reads.</summary>
    public FastJson this[string name]
    {
        get
        {
            for (var i = members.Count - 1; i >= 0; i--)
            {
                if (members[i].Key.text == name && members[i].Key.Kind != FastJsonKind.Object)
                    return members[i].Value;
            }
            return MissingValue;
        }
    }

    /// <summary>Parses a whole body. <paramref name="problem"/> says what was wrong and where.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out FastJson? value,
        [NotNullWhen(false)] out string? problem
    )
    {
        var parser = new FastJsonParser(utf8);
        value = parser.ParseAll();
        problem = value is null ? parser.Problem : null;
        return value is not null;
    }

    /// <summary>Parses a whole body; a body that does not parse is refused with code 1.</summary>
    public static FastJson Parse(ReadOnlySpan<byte> utf8) =>
        TryParse(utf8, out var value, out var problem)
            ? value
            : throw new RefusedException(ResponseCode.SystemError, "the body is not JSON: " + problem);

    /// <summary>
    /// As <see cref="Parse"/>, for bodies that are objects: null, a list or a single value is refused as well, or it
    /// would be taken for an object without members.
    /// </summary>
    public static FastJson ParseObject(ReadOnlySpan<byte> utf8)
    {
        var value = Parse(utf8);
        return value.Kind == FastJsonKind.Object
            ? value
            : throw new RefusedException(ResponseCode.SystemError, "the body is not an object of JSON");
    }

    /// <summary>A text, or a number or truth value as it was written; null when there is none.</summary>
    public string? AsText() => Kind is FastJsonKind.Text or FastJsonKind.Number or FastJsonKind.Truth ? text : null;

    /// <summary>A text, or the default.</summary>
    public string AsText(string absent) => AsText() ?? absent;

    /// <summary>A whole number, also when it was written as a text; a fraction is cut.</summary>
    public long AsLong(long absent = 0)
    {
        if (Kind is not (FastJsonKind.Number or FastJsonKind.Text))
            return absent;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && Math.Abs(real) < 1e18
            ? (long)real
            : absent;
    }

    /// <summary>As <see cref="AsLong"/>; what does not fit 32 bits is the default.</summary>
    public int AsInt(int absent = 0) =>
        AsLong(absent) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : absent;

    /// <summary>A real number, also when it was written as a text.</summary>
    public double AsDouble(double absent = 0) =>
        Kind is FastJsonKind.Number or FastJsonKind.Text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : absent;

    /// <summary>A truth value, also as a text or as 0 and 1.</summary>
    public bool AsBool(bool absent = false) =>
        text switch
        {
            "true" or "1" => true,
            "false" or "0" => false,
            _ => absent,
        };

    /// <summary>
    /// An enumeration by its Java name or its ordinal: C++ clients send the latter. <paramref name="names"/> are in
    /// ordinal order.
    /// </summary>
    public int AsEnum(ReadOnlySpan<string> names, int absent = 0)
    {
        if (Kind == FastJsonKind.Missing)
            return absent;
        var ordinal = names.IndexOf(text);
        if (ordinal >= 0)
            return ordinal;
        ordinal = AsInt(-1);
        return ordinal >= 0 && ordinal < names.Length ? ordinal : absent;
    }

    /// <summary>Writes it as it came, keys unquoted where they are numbers or objects.</summary>
    public void Write(FastJsonWriter json)
    {
        switch (Kind)
        {
            case FastJsonKind.Object:
                json.BeginObject();
                foreach (var (key, value) in members)
                {
                    key.Write(json);
                    value.Write(json.Colon());
                }
                json.EndObject();
                break;
            case FastJsonKind.Array:
                json.BeginArray();
                foreach (var item in items)
                    item.Write(json);
                json.EndArray();
                break;
            case FastJsonKind.Number or FastJsonKind.Truth:
                json.RawValue(System.Text.Encoding.UTF8.GetBytes(text));
                break;
            default:
                json.Value(HasValue ? text : null);
                break;
        }
    }
}
