using System.Buffers;

namespace Broker.Remoting;

/// <summary>
/// What waits to be sent on one connection: small frames copied one behind the other into pooled chunks, large bodies
/// by
/// reference. The owner guards it with one lock. <see cref="TryTake"/> hands out everything that was gathered up to
/// there
/// as one piece, so that a hundred answers are one send.
/// </summary>
sealed class OutputQueue
{
    /// <summary>Holds some dozen answers to sends; kept by the connection between batches.</summary>
    const int FirstChunkBytes = 4 * 1024;

    /// <summary>A chunk grows to this size by copying; beyond it a new one begins.</summary>
    const int ChunkBytesMax = 256 * 1024;

    /// <summary>
    /// A body whose slices are smaller than this on average is copied behind its header: copying 32 KiB costs less than
    /// a send of its own. The messages of one queue lie scattered between those of the others, so a pull is dozens of
    /// slices of one message each; sent one by one they are several times slower.
    /// </summary>
    const int CopiedSliceMax = 32 * 1024;

    readonly Queue<OutputPiece> ready = new();
    byte[]? chunk;
    byte[]? spare;
    int chunkUsed;

    /// <summary>Bytes appended and not yet reported as sent.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => chunkUsed == 0 && ready.Count == 0;

    /// <summary>
    /// Appends one frame. Returns the body when it was copied or is empty, for the caller to release.
    /// </summary>
    public IReplyBody? Append(ReadOnlySpan<byte> frame, IReplyBody? body)
    {
        Bytes += frame.Length;
        Copy(frame);
        if (body is null)
            return null;
        Bytes += body.Length;
        if (IsCopied(body))
        {
            for (int i = 0; i < body.SliceCount; i++)
                Copy(body.Slice(i).Span);
            return body;
        }
        CloseChunk();
        ready.Enqueue(new OutputPiece(null, 0, body));
        return null;
    }

    /// <summary>Whether a body is copied behind its header, and not sent from where it is.</summary>
    public static bool IsCopied(IReplyBody body) => body.Length <= (long)CopiedSliceMax * body.SliceCount;

    /// <summary>The next piece to send, false when there is none.</summary>
    public bool TryTake(out OutputPiece piece)
    {
        if (ready.TryDequeue(out piece))
            return true;
        if (chunkUsed == 0)
            return false;
        CloseChunk();
        return ready.TryDequeue(out piece);
    }

    /// <summary>A piece was sent or given up: its memory goes back. The caller releases its body.</summary>
    public void Done(in OutputPiece piece)
    {
        Bytes -= piece.Length;
        if (piece.Chunk is not { } returned)
            return;
        if (spare is null && returned.Length <= 4 * FirstChunkBytes)
            spare = returned;
        else
            ArrayPool<byte>.Shared.Return(returned);
    }

    /// <summary>Gives all memory back; what still waits is dropped into <paramref name="bodies"/>.</summary>
    public void Clear(List<IReplyBody> bodies)
    {
        while (TryTake(out var piece))
        {
            Done(piece);
            if (piece.Body is { } body)
                bodies.Add(body);
        }
        if (spare is not null)
            ArrayPool<byte>.Shared.Return(spare);
        spare = null;
    }

    void Copy(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(chunk.AsSpan(chunkUsed));
        chunkUsed += bytes.Length;
    }

    void EnsureRoom(int bytes)
    {
        if (chunk is not null && chunk.Length - chunkUsed >= bytes)
            return;
        if (chunk is null)
        {
            bool fits = spare is not null && spare.Length >= bytes;
            chunk = fits ? spare : ArrayPool<byte>.Shared.Rent(Math.Max(FirstChunkBytes, bytes));
            if (fits)
                spare = null;
            return;
        }
        if (chunkUsed + bytes > ChunkBytesMax)
        {
            CloseChunk();
            chunk = ArrayPool<byte>.Shared.Rent(Math.Max(FirstChunkBytes, bytes));
            return;
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(chunk.Length * 2, chunkUsed + bytes));
        chunk.AsSpan(0, chunkUsed).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(chunk);
        chunk = larger;
    }

    void CloseChunk()
    {
        if (chunkUsed > 0)
        {
            ready.Enqueue(new OutputPiece(chunk, chunkUsed, null));
            chunk = null;
        }
        chunkUsed = 0;
    }
}
