namespace Broker.Core.Retry;

/// <summary>Where a message goes that a consumer could not handle.</summary>
/// <param name="Level">The delay level before the next try; 0 for the dead letters.</param>
public readonly record struct RetryDecision(int Level)
{
    /// <summary>No further try.</summary>
    public static RetryDecision DeadLetter => default;

    /// <summary>Whether there is no further try.</summary>
    public bool IsDeadLetter => Level == 0;

    /// <summary>Another try after the delay of a level.</summary>
    public static RetryDecision After(int level) => new(level);
}
