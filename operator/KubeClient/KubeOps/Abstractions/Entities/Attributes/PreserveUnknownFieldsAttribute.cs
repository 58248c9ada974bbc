namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The server keeps fields below that the schema does not name.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class PreserveUnknownFieldsAttribute : Attribute;
