namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>Text for <c>kubectl explain</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class DescriptionAttribute(string description) : Attribute
{
    public string Description { get; } = description;
}
