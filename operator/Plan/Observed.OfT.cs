namespace Operator.Plan;

/// <summary>
/// Something that was looked for: seen, or not. Not seen is a value with a cause, never null or zero: nothing may be
/// deleted, and nothing reported as absent, because a look failed. Made by <see cref="Observed"/>.
/// </summary>
public readonly record struct Observed<T>
{
    readonly T? value;
    readonly string? cause;

    internal Observed(T? value, string? cause) => (this.value, this.cause) = (value, cause);

    /// <summary>Whether it was seen. The default of the type was not.</summary>
    public bool IsKnown => cause is null && value is not null;

    /// <summary>What was seen.</summary>
    /// <exception cref="InvalidOperationException">It was not; look at <see cref="IsKnown"/> first.</exception>
    public T Value => IsKnown ? value! : throw new InvalidOperationException($"not observed: {Cause}");

    /// <summary>Why it was not seen, as part of a sentence: "orders-ns-0 did not answer".</summary>
    public string Cause => cause ?? "nobody has looked yet";
}
