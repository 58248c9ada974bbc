namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The number must be a multiple of this.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MultipleOfAttribute(double value) : Attribute
{
    public double Value { get; } = value;
}
