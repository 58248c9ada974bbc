namespace Broker.Tests.Core.Transactions;

/// <summary>A question of the broker: how did this transaction end?</summary>
sealed record Question(Half Half, PulledMessage Message, string BrokerName);
