namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>A value for the documentation.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExampleAttribute : Attribute
{
    public ExampleAttribute(bool value) => Value = value;

    public ExampleAttribute(long value) => Value = value;

    public ExampleAttribute(double value) => Value = value;

    public ExampleAttribute(string value) => Value = value;

    public object Value { get; }

    /// <summary>The text is JSON, for lists and objects.</summary>
    public bool Json { get; init; }
}
