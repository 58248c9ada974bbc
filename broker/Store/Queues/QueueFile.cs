using Broker.Store.Files;

namespace Broker.Store.Queues;

/// <summary>A file of a consume queue.</summary>
sealed class QueueFile(QueueFiles files, long firstEntry, long length) : CachedFile(length)
{
    public override string Path => files.PathOf(firstEntry);

    /// <summary>Entry that the file begins with.</summary>
    public long FirstEntry => firstEntry;

    /// <summary>Written since it was last made durable. Guarded by the files.</summary>
    public bool IsDirty { get; set; }
}
