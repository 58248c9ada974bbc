namespace Operator.Plan;

/// <summary>Makes <see cref="Observed{T}"/> values.</summary>
public static class Observed
{
    /// <summary>It was seen; a value that is at most a minute old still counts.</summary>
    public static Observed<T> Known<T>(T value) => new(value, null);

    /// <summary>It was not seen.</summary>
    public static Observed<T> Unknown<T>(string cause) => new(default, cause);
}
