namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The values allowed, where the type is not an enumeration.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnumValuesAttribute : Attribute
{
    public EnumValuesAttribute(params string[] values) => Values = values;

    public EnumValuesAttribute(params long[] values) => Values = [.. values.Cast<object>()];

    public EnumValuesAttribute(params double[] values) => Values = [.. values.Cast<object>()];

    public IReadOnlyList<object> Values { get; }
}
