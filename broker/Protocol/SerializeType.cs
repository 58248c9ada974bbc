namespace Broker.Protocol;

/// <summary>How a frame's header is written: the high byte of the frame's second word (protocol.md §1.1).</summary>
public enum SerializeType : byte
{
    Json = 0,
    Binary = 1,
}
