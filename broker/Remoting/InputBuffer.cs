using System.Buffers;

namespace Broker.Remoting;

/// <summary>
/// The bytes received and not yet handled, contiguous in one pooled array: <c>[start, end)</c> are waiting,
/// <c>[end, capacity)</c> is where the next read goes. Grows with what arrives, never with what a length field
/// promises. Not thread-safe, but for its charge.
/// </summary>
sealed class InputBuffer(MemoryBudget budget) : IDisposable
{
    /// <summary>Some dozen small frames. Ten thousand idle connections hold 80 MiB of these.</summary>
    public const int FirstBytes = 8 * 1024;

    /// <summary>Reads that fill the buffer make it grow to this size; only longer frames make it larger.</summary>
    const int BusyBytes = 256 * 1024;

    /// <summary>In place of the charge once that was given up: nothing is charged any more.</summary>
    const int Forfeited = -1;

    byte[] array = ArrayPool<byte>.Shared.Rent(FirstBytes);
    int charged;
    int start;
    int end;
    int calmReads;

    public byte[] Array => array;

    public int Start => start;

    public int Waiting => end - start;

    /// <summary>Bytes that are taken from the budget; any thread may ask.</summary>
    public int Charged => Math.Max(0, Volatile.Read(ref charged));

    public Memory<byte> Free => array.AsMemory(end);

    /// <summary>Bytes were received into <see cref="Free"/>.</summary>
    public void Received(int bytes)
    {
        end += bytes;
        calmReads = bytes < FirstBytes ? calmReads + 1 : 0;
    }

    /// <summary>The first bytes that wait have been handled.</summary>
    public void Handled(int bytes)
    {
        start += bytes;
        if (start == end)
            start = end = 0;
    }

    /// <summary>
    /// Makes room for the next read: the buffer grows once it is full of what has arrived, whatever length a frame
    /// announces. False: the memory for receive buffers is used up.
    /// </summary>
    public bool MakeRoom()
    {
        bool full = end == array.Length;
        // A read that filled the buffer means a peer that pipelines, or a long frame: both are served by a larger one.
        if (full && array.Length < BusyBytes && Resize(array.Length * 2))
            return true;
        if (start > 0 && array.Length - end < array.Length / 2)
            Move(array);
        if (end < array.Length)
            return full || ShrinkWhenCalm();
        return Resize(array.Length * 2);
    }

    /// <summary>
    /// Gives the charge back at once, although the memory follows only when the receive loop ends. From any thread.
    /// </summary>
    public void Forfeit()
    {
        int held = Interlocked.Exchange(ref charged, Forfeited);
        if (held > 0)
            budget.Release(held);
    }

    public void Dispose()
    {
        byte[] returned = array;
        array = [];
        start = end = 0;
        if (returned.Length > 0)
            ArrayPool<byte>.Shared.Return(returned);
        Forfeit();
    }

    /// <summary>Many small reads in a row give a large buffer back.</summary>
    bool ShrinkWhenCalm()
    {
        const int CalmReads = 64;
        if (calmReads < CalmReads || Waiting > 0 || array.Length <= 2 * FirstBytes)
            return true;
        calmReads = 0;
        return Resize(FirstBytes);
    }

    bool Resize(int bytes)
    {
        if (!TryCharge(bytes > 2 * FirstBytes ? bytes : 0))
            return false;
        byte[] old = array;
        byte[] resized = ArrayPool<byte>.Shared.Rent(bytes);
        Move(resized);
        array = resized;
        ArrayPool<byte>.Shared.Return(old);
        return true;
    }

    bool TryCharge(int bytes)
    {
        int before = Volatile.Read(ref charged);
        if (before == Forfeited || (bytes > before && !budget.TryTake(bytes - before)))
            return false;
        if (Interlocked.CompareExchange(ref charged, bytes, before) != before)
        {
            budget.Release(Math.Max(0, bytes - before));
            return false;
        }
        budget.Release(Math.Max(0, before - bytes));
        return true;
    }

    void Move(byte[] target)
    {
        System.Array.Copy(array, start, target, 0, Waiting);
        end -= start;
        start = 0;
    }
}
