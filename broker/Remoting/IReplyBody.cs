namespace Broker.Remoting;

/// <summary>
/// A body that lies outside the managed heap or in several places, such as messages in a mapped segment. Handed over
/// with
/// <see cref="ReplyWriter.Send(IReplyBody)"/>, after which <see cref="Release"/> is called exactly once: after the
/// bytes
/// were sent or copied, or when the connection is gone.
/// </summary>
public interface IReplyBody
{
    /// <summary>Bytes of all slices.</summary>
    int Length { get; }

    /// <summary>Number of slices.</summary>
    int SliceCount { get; }

    /// <summary>One slice. It must not move or change until <see cref="Release"/>.</summary>
    ReadOnlyMemory<byte> Slice(int index);

    /// <summary>Gives the memory back. Must not throw or block.</summary>
    void Release();
}
