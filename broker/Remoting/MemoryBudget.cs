namespace Broker.Remoting;

/// <summary>A number of bytes that all connections of a server share. Thread-safe.</summary>
sealed class MemoryBudget(long bytesMax)
{
    long used;

    /// <summary>Bytes taken.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Takes bytes unless that would exceed the budget.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= bytesMax)
            return true;
        Interlocked.Add(ref used, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref used, -bytes);
}
