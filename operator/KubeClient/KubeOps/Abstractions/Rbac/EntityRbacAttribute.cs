namespace KubeOps.Abstractions.Rbac;

/// <summary>Rights on kinds that are known as classes.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class EntityRbacAttribute(params Type[] entities) : Attribute
{
    public IEnumerable<Type> Entities { get; } = entities;

    public RbacVerb Verbs { get; init; }
}
