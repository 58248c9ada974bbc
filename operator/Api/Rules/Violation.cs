namespace Operator.Api.Rules;

/// <summary>What is wrong at one place of an object.</summary>
/// <param name="Path">The field, for example <c>spec.brokers.replicas</c>; empty for the object.</param>
/// <param name="Message">What is wrong or what to do.</param>
public readonly record struct Violation(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
