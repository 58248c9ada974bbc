using Broker.Protocol.Bodies;

namespace Broker.Core.Order;

/// <summary>A queue as one group consumes it.</summary>
readonly record struct LockKey(string Group, MessageQueue Queue);
