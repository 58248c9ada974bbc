namespace Broker.Core.Transactions;

/// <summary>A decision whose half message is not open where the producer says it is.</summary>
/// <param name="Order">The decision.</param>
/// <param name="Origin">The offset that the message had first.</param>
/// <param name="UniqueKey">The message's id.</param>
/// <param name="RealTopic">Where it goes.</param>
readonly record struct LateEnd(EndOrder Order, long Origin, string UniqueKey, string RealTopic);
