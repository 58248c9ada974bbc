namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The highest number allowed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMaximumAttribute(double maximum, bool exclusiveMaximum = false) : Attribute
{
    public double Maximum { get; } = maximum;

    public bool ExclusiveMaximum { get; } = exclusiveMaximum;
}
