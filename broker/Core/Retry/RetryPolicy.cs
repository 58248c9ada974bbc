namespace Broker.Core.Retry;

/// <summary>
/// Decides where a message goes that a consumer could not handle: back to its group's retry topic with a delay, or to
/// the
/// dead letters once it has been tried often enough (protocol.md §4.6). It decides only; storing is the caller's.
/// </summary>
public static class RetryPolicy
{
    /// <summary>
    /// Retry n waits at delay level n + 2: the first two levels (1 s, 5 s) are too short for a consumer to recover.
    /// </summary>
    const int FirstRetryLevel = 3;

    /// <param name="maxRetries">Retries that are allowed, as <see cref="RetryLimits"/> says.</param>
    /// <param name="reconsumeTimes">Completed retries so far, from 0.</param>
    /// <param name="requestedLevel">
    /// The consumer's wish: negative for dead letters at once, 0 to let the broker choose, else a delay level.
    /// </param>
    public static RetryDecision Decide(int maxRetries, int reconsumeTimes, int requestedLevel)
    {
        if (requestedLevel < 0 || reconsumeTimes >= maxRetries)
            return RetryDecision.DeadLetter;
        return RetryDecision.After(requestedLevel > 0 ? requestedLevel : FirstRetryLevel + reconsumeTimes);
    }

    /// <summary>
    /// Whether a message that a client itself sends to its retry topic has been tried too often. The client has
    /// counted this
    /// try already, so the limit lies one higher than in <see cref="Decide"/>.
    /// </summary>
    public static bool IsSpent(int maxRetries, int reconsumeTimes) => reconsumeTimes > maxRetries;
}
