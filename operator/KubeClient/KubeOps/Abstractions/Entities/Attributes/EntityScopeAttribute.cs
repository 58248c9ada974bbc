namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>Whether objects live in a namespace.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EntityScopeAttribute(EntityScope scope = default) : Attribute
{
    public EntityScope Scope { get; } = scope;
}
