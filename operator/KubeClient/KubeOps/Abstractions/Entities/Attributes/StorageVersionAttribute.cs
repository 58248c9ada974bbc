namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>The version that the server stores, when a kind has several.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StorageVersionAttribute : Attribute;
