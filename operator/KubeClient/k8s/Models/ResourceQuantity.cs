using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace k8s.Models;

/// <summary>
/// An amount of a resource: a decimal number with a suffix of thousands (<c>n u m k M G T P E</c>), of 1,024s
/// (<c>Ki Mi Gi Ti Pi Ei</c>) or an exponent (<c>e3</c>). Keeps the spelling it was given; compares by value.
/// </summary>
[JsonConverter(typeof(ResourceQuantityConverter))]
public sealed class ResourceQuantity : IEquatable<ResourceQuantity>
{
    static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1L << 10),
        ("Mi", 1L << 20),
        ("Gi", 1L << 30),
        ("Ti", 1L << 40),
        ("Pi", 1L << 50),
        ("Ei", 1L << 60),
        ("n", 1e-9m),
        ("u", 1e-6m),
        ("m", 1e-3m),
        ("k", 1e3m),
        ("M", 1e6m),
        ("G", 1e9m),
        ("T", 1e12m),
        ("P", 1e15m),
        ("E", 1e18m),
    ];

    readonly string text;
    readonly decimal number;

    /// <exception cref="FormatException">It is not a quantity.</exception>
    public ResourceQuantity(string value)
        : this(value, Parse(value)) { }

    ResourceQuantity(string text, decimal number) => (this.text, this.number) = (text, number);

    public static implicit operator ResourceQuantity(string value) => new(value);

    public static implicit operator ResourceQuantity(decimal value) =>
        new(value.ToString(CultureInfo.InvariantCulture), value);

    public static implicit operator decimal(ResourceQuantity value) => value.number;

    public static bool operator ==(ResourceQuantity? left, ResourceQuantity? right) => Equals(left, right);

    public static bool operator !=(ResourceQuantity? left, ResourceQuantity? right) => !Equals(left, right);

    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out ResourceQuantity? quantity)
    {
        quantity = TryNumber(value, out var number) ? new ResourceQuantity(value, number) : null;
        return quantity is not null;
    }

    public decimal ToDecimal() => number;

    /// <summary>Rounded up, as the server does where it needs whole units.</summary>
    public long ToInt64() => (long)Math.Ceiling(number);

    public override string ToString() => text;

    /// <summary>The shortest spelling of the same amount in the family of suffixes that it was written in.</summary>
    public string CanonicalizeString()
    {
        var binary = text.EndsWith('i');
        var best = number.ToString("0.#########", CultureInfo.InvariantCulture);
        foreach (var (suffix, factor) in Suffixes)
        {
            if (suffix.EndsWith('i') != binary || number == 0)
                continue;
            var scaled = number / factor;
            if (scaled != decimal.Truncate(scaled))
                continue;
            var candidate = scaled.ToString("0", CultureInfo.InvariantCulture) + suffix;
            if (candidate.Length < best.Length || best.Contains('.', StringComparison.Ordinal))
                best = candidate;
        }
        return best;
    }

    public bool Equals(ResourceQuantity? other) => other is not null && number == other.number;

    public override bool Equals(object? obj) => Equals(obj as ResourceQuantity);

    public override int GetHashCode() => number.GetHashCode();

    static decimal Parse(string value) =>
        TryNumber(value, out var number)
            ? number
            : throw new FormatException($"'{value}' is not a quantity like 500m, 2 or 10Gi");

    static bool TryNumber([NotNullWhen(true)] string? value, out decimal number)
    {
        number = 0;
        if (string.IsNullOrEmpty(value) || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            return false;
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(value, Plain | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number))
            return true;
        foreach (var (suffix, factor) in Suffixes)
        {
            if (
                !value.EndsWith(suffix, StringComparison.Ordinal)
                || !decimal.TryParse(
                    value.AsSpan(0, value.Length - suffix.Length),
                    Plain,
                    CultureInfo.InvariantCulture,
                    out var digits
                )
                || Math.Abs(digits) > decimal.MaxValue / Math.Max(factor, 1)
            )
                continue;
            number = digits * factor;
            return true;
        }
        return false;
    }
}
