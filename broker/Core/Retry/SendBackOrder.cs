namespace Broker.Core.Retry;

/// <summary>What a consumer asks for in code 36.</summary>
/// <param name="Offset">The log position of the message.</param>
/// <param name="DelayLevel">As <see cref="RetryPolicy.Decide"/> takes it.</param>
/// <param name="MaxRetries">The consumer's own limit, negative for the group's.</param>
/// <param name="UnitMode">Whether the retry topic belongs to a unit.</param>
readonly record struct SendBackOrder(long Offset, int DelayLevel, int MaxRetries, bool UnitMode);
