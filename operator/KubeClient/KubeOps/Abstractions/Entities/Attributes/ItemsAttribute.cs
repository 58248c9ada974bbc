namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>Bounds of the number of items in a list; negative is no bound.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(long minItems = -1, long maxItems = -1) : Attribute
{
    public long? MinItems { get; } = minItems < 0 ? null : minItems;

    public long? MaxItems { get; } = maxItems < 0 ? null : maxItems;
}
