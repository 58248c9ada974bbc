namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>A format of OpenAPI, such as <c>int32</c> or <c>date-time</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormatAttribute(string? format) : Attribute
{
    public string? Format { get; } = format;
}
