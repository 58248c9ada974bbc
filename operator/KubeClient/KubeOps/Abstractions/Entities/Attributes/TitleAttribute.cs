namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The title of a property in the schema.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class TitleAttribute(string title) : Attribute
{
    public string Title { get; } = title;
}
