namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>How a list is merged by server-side apply.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class XListTypeAttribute(XListType listType) : Attribute
{
    public XListType ListType { get; } = listType;
}
