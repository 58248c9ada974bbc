namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The lowest number allowed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMinimumAttribute(double minimum, bool exclusiveMinimum = false) : Attribute
{
    public double Minimum { get; } = minimum;

    public bool ExclusiveMinimum { get; } = exclusiveMinimum;
}
