using Broker.Store.Files;
using Broker.Store.Log;
using Broker.Store.Recovery;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Queues;

/// <summary>What all queues of a store share.</summary>
sealed class QueueContext(
    IFileSystem files,
    FileCache cache,
    string directory,
    int entriesPerFile,
    LogReader log,
    RecoveredLog recovered,
    TagsCodes tagsCodes,
    ILogger logger,
    Action<ConsumeQueue, long> changed,
    Action<ConsumeQueue> filling,
    Action<IOException> failed
)
{
    /// <summary>
    /// Pieces of bits for entries that were compared with the log: 152 bytes each, 80 MB for half a billion entries.
    /// Beyond that, entries are compared each time.
    /// </summary>
    const int SoundPiecesMax = 1 << 19;

    int _soundPieces;

    public IFileSystem Files => files;

    public FileCache Cache => cache;

    /// <summary>The folder <c>consumequeue</c>.</summary>
    public string Directory => directory;

    /// <summary>Memory for the newest entries.</summary>
    public TailPool Tails { get; } = new();

    public int EntriesPerFile => entriesPerFile;

    public LogReader Log => log;

    /// <summary>How entries are tagged.</summary>
    public TagsCodes TagsCodes => tagsCodes;

    /// <summary>Everything from this position of the log on was verified, or is this process's.</summary>
    public long VerifiedFrom => recovered.VerifiedFrom;

    /// <summary>Where the log ended when the store was opened.</summary>
    public long RecoveredEnd => recovered.End;

    /// <summary>Whether the last stop was an orderly one, so that files have all that they should.</summary>
    public bool WasClean => recovered.WasClean;

    public string DirectoryOf(string topic, int queueId) => Path.Combine(directory, topic, queueId.ToString());

    public long LogMin() => log.MinPosition;

    /// <summary>Makes the names in a folder durable.</summary>
    public void SyncDirectory(string path) =>
        cache.WithHandle(
            (files, path),
            static it =>
            {
                it.files.SyncDirectory(it.path);
                return true;
            }
        );

    /// <summary>Makes everything durable that was written to the volume.</summary>
    public void SyncVolume() =>
        cache.WithHandle(
            (files, directory),
            static it =>
            {
                it.files.SyncVolume(it.directory);
                return true;
            }
        );

    /// <summary>Whether there is memory for another piece of bits.</summary>
    public bool TryTakeSoundPiece() =>
        Volatile.Read(ref _soundPieces) < SoundPiecesMax && Interlocked.Increment(ref _soundPieces) <= SoundPiecesMax;

    /// <summary>A file of a queue cannot be deleted; the next cleaning tries it again.</summary>
    public void Undeleted(string path, Exception exception) => StoreEvents.CannotDelete(logger, path, exception);

    /// <summary>A queue's files end where it cannot end; the log says where it does.</summary>
    public void EndRepaired(string topic, int queueId, long foundEnd, long end) =>
        StoreEvents.QueueEndRepaired(logger, topic, queueId, foundEnd, end);

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
