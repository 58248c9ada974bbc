namespace Broker.Store.Retention;

/// <summary>What <see cref="RetentionRule"/> decided.</summary>
/// <param name="DeletesExpired">Segments go whose last message is older than the retention time.</param>
/// <param name="DeletesOldest">The oldest segments go, expired or not; never the newest one.</param>
/// <param name="IsDiskFull">Sends are refused.</param>
readonly record struct RetentionDecision(bool DeletesExpired, bool DeletesOldest, bool IsDiskFull);
