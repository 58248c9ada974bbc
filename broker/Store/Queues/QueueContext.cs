using Broker.Store.Files;
using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>What all queues of a store share.</summary>
sealed class QueueContext(
    IFileSystem files,
    FileCache cache,
    string directory,
    int entriesPerFile,
    LogReader log,
    Action<ConsumeQueue, long> changed,
    Action<ConsumeQueue> filling,
    Action<IOException> failed
)
{
    public IFileSystem Files => files;

    public FileCache Cache => cache;

    /// <summary>The folder <c>consumequeue</c>.</summary>
    public string Directory => directory;

    /// <summary>Memory for the newest entries.</summary>
    public TailPool Tails { get; } = new();

    public int EntriesPerFile => entriesPerFile;

    public LogReader Log => log;

    public string DirectoryOf(string topic, int queueId) => Path.Combine(directory, topic, queueId.ToString());

    public long LogMin() => log.MinPosition;

    /// <summary>Whether the log is shown again after a start, each queue from some entry on.</summary>
    public bool IsReplaying { get; set; } = true;

    /// <summary>Whether somebody writes queues beside those who append; known before the first message.</summary>
    public bool HasWriter { get; set; }

    /// <summary>
    /// Called when a queue gets its first entry since it was last written out, with the message's position.
    /// </summary>
    public void Changed(ConsumeQueue queue, long position) => changed(queue, position);

    /// <summary>Called when three quarters of a queue's memory wait to be written.</summary>
    public void Filling(ConsumeQueue queue) => filling(queue);

    /// <summary>Called when a queue's entries cannot be written; they stay in memory until they can.</summary>
    public void Failed(IOException exception) => failed(exception);
}
