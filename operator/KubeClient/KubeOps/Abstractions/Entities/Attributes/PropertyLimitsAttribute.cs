namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>Bounds of the number of keys of a map; negative is no bound.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PropertyLimitsAttribute(long minProperties = -1, long maxProperties = -1) : Attribute
{
    public long? MinProperties { get; } = minProperties < 0 ? null : minProperties;

    public long? MaxProperties { get; } = maxProperties < 0 ? null : maxProperties;
}
