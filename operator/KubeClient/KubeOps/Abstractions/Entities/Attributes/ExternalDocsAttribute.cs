namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>A link to documentation in the schema.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExternalDocsAttribute(string url, string? description = null) : Attribute
{
    public string Url { get; } = url;

    public string? Description { get; } = description;
}
