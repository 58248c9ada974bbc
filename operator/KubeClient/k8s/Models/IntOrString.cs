using System.Globalization;
using System.Text.Json.Serialization;

namespace k8s.Models;

/// <summary>A port or an amount that is a number or a name (<c>8080</c>, <c>http</c>, <c>25%</c>).</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public sealed class IntOrString : IEquatable<IntOrString>
{
    public IntOrString() { }

    public IntOrString(string? value) => Value = value;

    public string? Value { get; init; }

    public static implicit operator IntOrString(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    public static implicit operator IntOrString(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    public static implicit operator IntOrString(string value) => new(value);

    public static implicit operator string?(IntOrString? value) => value?.Value;

    /// <exception cref="FormatException">It is a name.</exception>
    public int ToInt() => int.Parse(Value ?? "", CultureInfo.InvariantCulture);

    public bool Equals(IntOrString? other) => other is not null && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as IntOrString);

    public override int GetHashCode() => Value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => Value ?? "";
}
