namespace Operator.Plan.Remote;

/// <summary>What a master said to an offset reset.</summary>
/// <param name="BrokerGroup">Its group.</param>
/// <param name="Failure">Its remark, or what happened instead of an answer; null when it is done.</param>
/// <param name="HasNoTopic">It is done because the broker has no such topic.</param>
public sealed record OffsetResetAnswer(string BrokerGroup, string? Failure = null, bool HasNoTopic = false)
{
    /// <summary>
    /// Asked before a reset to a time: when the first and the last of the topic's messages there were stored, in ms
    /// since 1970; null when it keeps none.
    /// </summary>
    public (long First, long Last)? Kept { get; init; }

    /// <summary>Asked before a reset: whether members are online there that each get every message.</summary>
    public bool IsBroadcast { get; init; }
}
