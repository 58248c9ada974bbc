namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>How a map is merged by server-side apply.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class XMapTypeAttribute(XMapType mapType) : Attribute
{
    public XMapType MapType { get; } = mapType;
}
