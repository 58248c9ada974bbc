namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The list holds no value twice.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UniqueItemsAttribute : Attribute;
