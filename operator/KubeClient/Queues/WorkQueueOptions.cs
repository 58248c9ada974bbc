namespace Operator.KubeClient.Queues;

public sealed record WorkQueueOptions
{
    /// <summary>The label of metrics and logs.</summary>
    public required string Name { get; init; }

    /// <summary>After the first failure of a key: a conflict is normally over by then.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Four times the delay after each failure: 5 ms, 20 ms, 80 ms, 0.3 s, 1.3 s, 5 s, 20 s, 82 s, so that an
    /// object that keeps failing costs at most eight or nine passes in its first minute, and soon one in five
    /// minutes.
    /// </summary>
    public double RetryFactor { get; init; } = 4;
}
