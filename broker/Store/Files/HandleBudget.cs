namespace Broker.Store.Files;

/// <summary>
/// How the handles that a process may have (<c>ulimit -n</c>) are shared out, so that connections leave the store what
/// it needs to deliver.
/// </summary>
/// <param name="StoreFiles">Files of queues and index that are open at a time.</param>
/// <param name="Connections">Connections of clients.</param>
public readonly record struct HandleBudget(int StoreFiles, int Connections)
{
    /// <summary>
    /// The runtime, its libraries and listeners (200), scrapes (256), and what the store opens besides: log segments,
    /// lists of timers, state files, folders.
    /// </summary>
    const int Others = 512;

    /// <summary>The store gets its share first, and no more than a quarter.</summary>
    const int StoreShare = 4;

    /// <summary>With fewer of either a broker is of no use; such a process runs out of handles.</summary>
    const int Fewest = 64;

    /// <summary>What the system lets this process have.</summary>
    public static long Limit => Native.OpenFilesLimit();

    /// <param name="handles">All handles of the process.</param>
    /// <param name="storeFilesMax">What the store can make use of.</param>
    /// <param name="connectionsMax">What is configured.</param>
    public static HandleBudget Of(long handles, int storeFilesMax, int connectionsMax)
    {
        var shared = Math.Max(0, handles - Others);
        var storeFiles = Math.Clamp(shared / StoreShare, Math.Min(Fewest, storeFilesMax), storeFilesMax);
        var connections = Math.Clamp(shared - storeFiles, Math.Min(Fewest, connectionsMax), connectionsMax);
        return new HandleBudget((int)storeFiles, (int)connections);
    }
}
