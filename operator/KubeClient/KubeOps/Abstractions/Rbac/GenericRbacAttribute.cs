namespace KubeOps.Abstractions.Rbac;

/// <summary>Rights on resources or paths by their names.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class GenericRbacAttribute : Attribute
{
    public string[] Groups { get; init; } = [];

    public string[] Resources { get; init; } = [];

    public string[] Urls { get; init; } = [];

    public RbacVerb Verbs { get; init; }
}
