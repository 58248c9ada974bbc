namespace Broker.Protocol.Messages;

/// <summary>Why bytes are not a stored message.</summary>
public enum MessageProblem
{
    None,

    /// <summary>Fewer bytes than the size that is announced, or than any message has.</summary>
    Truncated,

    /// <summary>No magic of a message: an empty, a damaged or a foreign place.</summary>
    BadMagic,

    /// <summary>The filler at a file's end; the next message begins the next file.</summary>
    EndOfFile,

    /// <summary>The lengths inside contradict each other or the total size.</summary>
    BadLengths,
}
