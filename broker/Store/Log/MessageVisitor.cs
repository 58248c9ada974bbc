using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>Sees a message of a scan; false ends the scan in front of it.</summary>
public delegate bool MessageVisitor(in MessageView message, long position);
