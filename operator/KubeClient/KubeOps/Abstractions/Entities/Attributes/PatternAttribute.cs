namespace KubeOps.Abstractions.Entities.Attributes;

/// <summary>A regular expression (RE2) that the text must match.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string regexPattern) : Attribute
{
    public string RegexPattern { get; } = regexPattern;
}
