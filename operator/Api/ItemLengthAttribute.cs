namespace Operator.Api;

/// <summary>
/// The longest string in a list or map of strings. KubeOps' <c>Length</c> speaks of the property itself; without a
/// bound
/// on the values the API server's cost estimate refuses rules over them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemLengthAttribute(int maxLength, string? pattern = null) : Attribute
{
    /// <summary>In characters.</summary>
    public int MaxLength { get; } = maxLength;

    /// <summary>A regular expression that every value matches, or null.</summary>
    public string? Pattern { get; } = pattern;
}
