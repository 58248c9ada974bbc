namespace Operator.Plan.Remote;

/// <summary>What a master said to an offset reset.</summary>
/// <param name="BrokerGroup">Its group.</param>
/// <param name="Failure">Its remark, or what happened instead of an answer; null when it is done.</param>
/// <param name="HasNoTopic">It is done because the broker has no such topic.</param>
public sealed record OffsetResetAnswer(string BrokerGroup, string? Failure = null, bool HasNoTopic = false);
