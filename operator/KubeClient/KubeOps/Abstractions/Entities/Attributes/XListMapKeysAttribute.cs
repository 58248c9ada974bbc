namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The keys by which the items of a list of type map are told apart.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class XListMapKeysAttribute(params string[] keys) : Attribute
{
    public string[] Keys { get; } = keys;
}
