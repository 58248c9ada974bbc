namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>Bounds of a text in characters; negative is no bound.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute(long minLength = -1, long maxLength = -1) : Attribute
{
    public long? MinLength { get; } = minLength < 0 ? null : minLength;

    public long? MaxLength { get; } = maxLength < 0 ? null : maxLength;
}
