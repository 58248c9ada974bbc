namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The property must be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;
