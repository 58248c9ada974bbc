namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The class or property is no part of the schema.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class IgnoreAttribute : Attribute;
