using System.Buffers;

namespace Broker.Remoting;

/// <summary>
/// The bytes received and not yet handled, contiguous in one pooled array: <c>[start, end)</c> are waiting,
/// <c>[end, capacity)</c> is where the next read goes. Grows with what arrives, never with what a length field
/// promises.
/// Not thread-safe.
/// </summary>
sealed class InputBuffer(MemoryBudget budget) : IDisposable
{
    /// <summary>Some dozen small frames. Ten thousand idle connections hold 80 MiB of these.</summary>
    public const int FirstBytes = 8 * 1024;

    /// <summary>Reads that fill the buffer make it grow to this size; only longer frames make it larger.</summary>
    const int BusyBytes = 256 * 1024;

    byte[] array = ArrayPool<byte>.Shared.Rent(FirstBytes);
    int charged;
    int start;
    int end;
    int calmReads;

    public byte[] Array => array;

    public int Start => start;

    public int Waiting => end - start;

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
    /// Makes room for the next read. <paramref name="frameBytes"/> is the length of the frame whose start waits, or 0
    /// when it
    /// is not known. False: the memory for receive buffers is used up.
    /// </summary>
    public bool MakeRoom(int frameBytes)
    {
        bool full = end == array.Length;
        // A read that filled the buffer means a peer that pipelines, or a long frame: both are served by a larger one.
        if (full && array.Length < BusyBytes && Resize(array.Length * 2))
            return true;
        if (start > 0 && array.Length - end < array.Length / 2)
            Move(array);
        if (end < array.Length && frameBytes <= array.Length)
            return full || ShrinkWhenCalm();
        return Resize(array.Length * 2);
    }

    public void Dispose()
    {
        byte[] returned = array;
        array = [];
        start = end = 0;
        if (returned.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(returned);
        budget.Release(charged);
        charged = 0;
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
        int charge = bytes > 2 * FirstBytes ? bytes : 0;
        if (charge > charged && !budget.TryTake(charge - charged))
            return false;
        if (charge < charged)
            budget.Release(charged - charge);
        charged = charge;
        byte[] old = array;
        byte[] resized = ArrayPool<byte>.Shared.Rent(bytes);
        Move(resized);
        array = resized;
        ArrayPool<byte>.Shared.Return(old);
        return true;
    }

    void Move(byte[] target)
    {
        System.Array.Copy(array, start, target, 0, Waiting);
        end -= start;
        start = 0;
    }
}
