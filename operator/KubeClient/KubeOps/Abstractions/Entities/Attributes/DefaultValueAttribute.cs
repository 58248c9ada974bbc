namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>What the server fills in when the property is not given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultValueAttribute : Attribute
{
    public DefaultValueAttribute(bool value) => Value = value;

    public DefaultValueAttribute(long value) => Value = value;

    public DefaultValueAttribute(double value) => Value = value;

    public DefaultValueAttribute(string value) => Value = value;

    public object Value { get; }

    /// <summary>The text is JSON, for lists and objects.</summary>
    public bool Json { get; init; }
}
