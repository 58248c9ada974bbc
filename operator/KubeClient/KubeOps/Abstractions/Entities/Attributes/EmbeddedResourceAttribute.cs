namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The property holds a whole Kubernetes object.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmbeddedResourceAttribute : Attribute;
