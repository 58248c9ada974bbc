using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>Decides about a message without keeping it.</summary>
delegate bool MessageTest<in TState>(MessageView message, TState state);
