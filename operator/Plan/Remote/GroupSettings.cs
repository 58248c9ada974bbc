namespace Operator.Plan.Remote;

/// <summary>
/// The part of a broker's SubscriptionGroupConfig that a Group decides (protocol.md §2.6); the rest stays as it is.
/// </summary>
/// <param name="ConsumeEnabled"><c>consumeEnable</c>.</param>
/// <param name="BroadcastEnabled"><c>consumeBroadcastEnable</c>.</param>
/// <param name="MaxRetries"><c>retryMaxTimes</c>.</param>
/// <param name="IsOrderly"><c>consumeMessageOrderly</c>.</param>
public readonly record struct GroupSettings(bool ConsumeEnabled, bool BroadcastEnabled, int MaxRetries, bool IsOrderly);
