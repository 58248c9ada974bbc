namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>Other names for the command line.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KubernetesEntityShortNamesAttribute(params string[] shortNames) : Attribute
{
    public string[] ShortNames { get; } = shortNames;
}
