using System.Buffers.Binary;
using Broker.Remoting;

namespace Broker.Tests.Remoting;

/// <summary>
/// A transport without a socket: hands out bytes in reads of a given size, as often as asked, and counts what is
/// sent. Everything
/// completes at once, so a connection over it runs on the caller's thread.
/// </summary>
sealed class ScriptedTransport(byte[] script, int readBytes) : Transport
{
    const int WarmRounds = 20;

    readonly TaskCompletionSource<int> end = new();
    readonly byte[] partial = new byte[4];
    int at;
    int round;
    int skip;
    int lengthBytes;
    long allocatedAtStart;

    /// <summary>How often the script is played.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>After the script the peer is silent instead of gone.</summary>
    public bool StaysOpen { get; init; }

    public int Sends { get; private set; }

    public int SentFrames { get; private set; }

    /// <summary>Allocated by this thread once buffers have their sizes.</summary>
    public long AllocatedBytes { get; private set; }

    public override ValueTask<int> ReceiveAsync(Memory<byte> target)
    {
        if (at == script.Length)
        {
            at = 0;
            if (++round == WarmRounds)
                allocatedAtStart = GC.GetAllocatedBytesForCurrentThread();
        }
        if (round == Rounds)
        {
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocatedAtStart;
            return StaysOpen ? new ValueTask<int>(end.Task) : ValueTask.FromResult(0);
        }
        int count = Math.Min(Math.Min(readBytes, target.Length), script.Length - at);
        script.AsSpan(at, count).CopyTo(target.Span);
        at += count;
        return ValueTask.FromResult(count);
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> source)
    {
        Sends++;
        Count(source.Span);
        return ValueTask.CompletedTask;
    }

    public override void Shutdown() { }

    public override void Dispose() => end.TrySetResult(0);

    /// <summary>Counts frames by their lengths, across the borders of sends.</summary>
    void Count(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int skipped = Math.Min(skip, bytes.Length);
            skip -= skipped;
            bytes = bytes[skipped..];
            while (skip == 0 && lengthBytes < 4 && !bytes.IsEmpty)
            {
                partial[lengthBytes++] = bytes[0];
                bytes = bytes[1..];
            }
            if (lengthBytes < 4)
                continue;
            skip = BinaryPrimitives.ReadInt32BigEndian(partial);
            lengthBytes = 0;
            SentFrames++;
        }
    }
}
