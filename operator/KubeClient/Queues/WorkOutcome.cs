namespace Operator.KubeClient.Queues;

/// <summary>How a pass over a key ended, when it did not throw.</summary>
public readonly record struct WorkOutcome
{
    /// <summary>Nothing more until something changes.</summary>
    public static WorkOutcome Done => default;

    /// <summary>When the next pass is due even if nothing changes.</summary>
    public TimeSpan? NextAfter { get; private init; }

    /// <summary>It failed in a way that was dealt with; the next pass comes with growing delay.</summary>
    public bool Failed { get; private init; }

    /// <summary>It went well; another pass after the time.</summary>
    public static WorkOutcome After(TimeSpan delay) => new() { NextAfter = delay };

    public static WorkOutcome Retry => new() { Failed = true };
}
