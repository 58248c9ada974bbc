using System.Collections.Concurrent;
using System.Text;
using Broker.Protocol.Messages;
using Broker.Store.Files;
using Broker.Store.Log;
using Broker.Store.Recovery;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Queues;

/// <summary>
/// All topics and queues, opened as they are used, and the list of those that have something to write. A queue that was
/// written out and got nothing for a minute gives its memory back.
/// </summary>
sealed class QueueTable
{
    /// <summary>The longest topic in bytes that a message can carry in practice: <c>%RETRY%</c> and a group.</summary>
    const int TopicCharsMax = 1_024;

    /// <summary>
    /// More queues than this are made durable by one call for the volume: 80,000 files one by one took 35 to 70 s.
    /// </summary>
    const int SyncedEachMax = 256;

    /// <summary>
    /// From a checkpoint on: memory that is given back and taken again at once would be twice in the heap for a while.
    /// </summary>
    static readonly TimeSpan RestAfter = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, TopicLog> _topics = new();
    readonly ConcurrentDictionary<string, TopicLog>.AlternateLookup<ReadOnlySpan<char>> _byChars;
    readonly QueueContext _context;
    readonly TagsCodes _tagsCodes;
    readonly Lock _gate = new();
    readonly Action<IOException?> _writable;
    readonly RecoveredLog _recovered;
    readonly ChangedQueues _changed = new();
    readonly Queue<(long Since, List<ConsumeQueue> Queues)> _cooling = new();
    readonly TimeProvider _time;
    List<ConsumeQueue> _filling = [];
    List<ConsumeQueue> _beingWritten = [];

    /// <param name="options">Folder and size of files.</param>
    /// <param name="files">Where the files are.</param>
    /// <param name="cache">Keeps some of them open.</param>
    /// <param name="log">Where the messages are.</param>
    /// <param name="recovered">How the log was found.</param>
    /// <param name="tagsCodes">How entries are tagged.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what is wrong with a queue's files.</param>
    /// <param name="writable">Told why entries cannot be written, and null when they can again.</param>
    public QueueTable(
        StoreOptions options,
        IFileSystem files,
        FileCache cache,
        LogReader log,
        RecoveredLog recovered,
        TagsCodes tagsCodes,
        TimeProvider time,
        ILogger logger,
        Action<IOException?> writable
    )
    {
        _time = time;
        _recovered = recovered;
        _writable = writable;
        _byChars = _topics.GetAlternateLookup<ReadOnlySpan<char>>();
        _tagsCodes = tagsCodes;
        _context = new QueueContext(
            files,
            cache,
            Path.Combine(options.RootDirectory, "consumequeue"),
            options.QueueFileEntries,
            log,
            recovered,
            tagsCodes,
            logger,
            _changed.Add,
            NoteFilling,
            e => _writable(e)
        );
    }

    /// <summary>
    /// Has <see cref="WriteFilling"/> called soon by another thread; null where nobody does, as while a log is
    /// replayed.
    /// </summary>
    public Action? AskWriter
    {
        get;
        set => _context.HasWriter = (field = value) != null;
    }

    /// <summary>Whether no queue has a folder.</summary>
    public bool IsEmptyOnDisk => _context.Files.Directories(_context.Directory).Count == 0;

    public TopicLog Topic(string name) =>
        _topics.TryGetValue(name, out var topic) ? topic : _topics.GetOrAdd(name, CreateTopic);

    public IReadOnlyCollection<string> Names()
    {
        var names = new HashSet<string>(_topics.Keys);
        foreach (var directory in _context.Files.Directories(_context.Directory))
            names.Add(Path.GetFileName(directory));
        return names;
    }

    /// <summary>Shows a message of the log again, after a crash.</summary>
    public bool Replay(in MessageView message, long position)
    {
        if (!MeasuredMessage.IsInQueue(message.SysFlag) || !IsFolderName(message.Topic) || message.QueueId < 0)
            return true;
        // No checksum covers it: a damaged one must not keep the store from opening, nor empty the queue.
        if (message.QueueOffset is < 0 or > QueueEntryLayout.OffsetMax)
            return true;
        if (_recovered.Damaged.Contains(position))
        {
            if (IsKnown(message.Topic, message.QueueId))
                Blank(TopicOf(message.Topic), message.QueueId, message.QueueOffset);
            return true;
        }

        var topic = TopicOf(message.Topic);
        topic
            .Queue(message.QueueId)
            .Append(message.QueueOffset, position, message.TotalSize, _tagsCodes.Of(topic, message));
        return true;
    }

    /// <summary>
    /// The damaged message keeps its offset, so that the next one does not get it, but nobody is led to it.
    /// </summary>
    static void Blank(TopicLog topic, int queueId, long offset)
    {
        var queue = topic.Queue(queueId);
        // No checksum covers the offset: only the next one in order is believed.
        if (offset == queue.Max)
            queue.Append(offset, 0, int.MaxValue, 0);
        else if (offset >= 0 && offset < queue.Max)
            queue.Rewrite(offset, QueueEntryLayout.Blank);
    }

    /// <summary>
    /// Ends a replay: new messages go behind what was found. Entries in front of it that lead to messages which the
    /// recovery found damaged become blanks; nobody would look at those messages again.
    /// </summary>
    public void EndReplay(long replayedFrom)
    {
        foreach (var position in _recovered.Damaged)
        {
            if (position < replayedFrom)
                _context.Log.TryView(position, this, static (message, table) => table.TryBlank(message));
        }

        _context.IsReplaying = false;
        foreach (var (_, topic) in _topics)
        {
            foreach (var queue in topic.OpenQueues)
                queue.ContinueAtEnd();
        }
    }

    /// <summary>How many queues have something that is not durable.</summary>
    public int ChangedCount => _changed.Count;

    /// <summary>
    /// Writes out what the queues have got in front of a position of the log, the largest number for everything.
    /// Returns those that are to be made durable. A failure changes nothing: it is tried again.
    /// </summary>
    /// <param name="before">The position.</param>
    /// <param name="writtenTo">Entries of all messages in front of it are in the files, or were not yet delivered when
    /// the call began.</param>
    public List<(ConsumeQueue Queue, long Position)> WriteOut(long before, out long writtenTo)
    {
        var taken = _changed.Take(before);
        List<(ConsumeQueue, long)> left = [];
        try
        {
            foreach (var (queue, _) in taken)
            {
                if (queue.WriteOut(before) is >= 0 and var position)
                    left.Add((queue, position));
            }
        }
        catch (IOException e)
        {
            // With all that was written and is not durable.
            _changed.Add(taken);
            _writable(e);
            throw;
        }

        _changed.Add(left);
        writtenTo = _changed.WrittenTo;
        _writable(null);
        return taken;
    }

    /// <summary>
    /// Writes out the queues whose memory is nearly full, so that messages of tens of thousands of queues, each with
    /// little memory, are not delivered at the speed at which files are opened. One thread at a time.
    /// </summary>
    public void WriteFilling()
    {
        lock (_gate)
            (_filling, _beingWritten) = (_beingWritten, _filling);
        try
        {
            foreach (var queue in _beingWritten)
                queue.WriteOutFilled();
        }
        catch (IOException e)
        {
            // They are all among those that the next checkpoint writes.
            _writable(e);
            throw;
        }
        finally
        {
            _beingWritten.Clear();
        }
    }

    /// <summary>
    /// Makes durable what the queues wrote out. Without a handle for it all of them count as changed again, and the
    /// next checkpoint tries it; after another failure nobody knows what is durable.
    /// </summary>
    public void Sync(List<(ConsumeQueue Queue, long Position)> written)
    {
        try
        {
            if (written.Count > SyncedEachMax)
                SyncTogether(written);
            else
                written.ForEach(static changed => changed.Queue.Sync());
        }
        catch (IOException e) when (FileCache.IsOutOfHandles(e))
        {
            _changed.Add(written);
            throw;
        }

        if (written.Count > 0)
            _cooling.Enqueue((_time.GetTimestamp(), written.ConvertAll(static changed => changed.Queue)));
    }

    void SyncTogether(List<(ConsumeQueue Queue, long Position)> written)
    {
        // First: what is written from now on is the next one's.
        written.ForEach(static changed => changed.Queue.ForgetDirty());
        try
        {
            _context.SyncVolume();
        }
        catch (IOException e) when (FileCache.IsOutOfHandles(e))
        {
            written.ForEach(static changed => changed.Queue.MarkAllDirty());
            throw;
        }
    }

    /// <summary>Has queues give their memory back that were written out and got nothing since.</summary>
    public void RestIdle()
    {
        while (_cooling.TryPeek(out var cooled) && _time.GetElapsedTime(cooled.Since) >= RestAfter)
        {
            _cooling.Dequeue();
            foreach (var queue in cooled.Queues)
                queue.TryRest();
        }
    }

    /// <summary>Deletes the queue files that lead only to deleted segments.</summary>
    public void RemoveExpired()
    {
        foreach (var topicDirectory in _context.Files.Directories(_context.Directory))
        {
            foreach (var directory in _context.Files.Directories(topicDirectory))
            {
                // The last file of a queue stays: a queue with one file need not be opened.
                if (
                    int.TryParse(Path.GetFileName(directory), out var queueId)
                    && _context.Files.Files(directory).Count > 1
                )
                    Topic(Path.GetFileName(topicDirectory)).Queue(queueId).RemoveExpired();
            }
        }
    }

    public bool Delete(string name)
    {
        var isKnown = _topics.TryRemove(name, out var topic);
        if (topic != null)
        {
            foreach (var queue in topic.OpenQueues)
                queue.Delete();
        }

        var directory = Path.Combine(_context.Directory, name);
        if (!isKnown && !Names().Contains(name))
            return false;
        _context.Files.DeleteDirectory(directory);
        return true;
    }

    /// <summary>No topic that a broker takes leads out of the folder; what stands in a damaged log may.</summary>
    static bool IsFolderName(ReadOnlySpan<byte> topic) =>
        topic.IndexOfAny("/\0"u8) < 0 && !topic.SequenceEqual("."u8) && !topic.SequenceEqual(".."u8);

    bool TryBlank(in MessageView message)
    {
        if (message.QueueId < 0 || !IsFolderName(message.Topic) || !IsKnown(message.Topic, message.QueueId))
            return false;
        var queue = TopicOf(message.Topic).Queue(message.QueueId);
        var entry = queue.ReadOne(message.QueueOffset);
        if (entry.Position.Value != message.PhysicalOffset)
            return false;
        queue.Rewrite(message.QueueOffset, QueueEntryLayout.Blank);
        return true;
    }

    /// <summary>Whether sound messages made the queue: a damaged name or number must not make one.</summary>
    bool IsKnown(ReadOnlySpan<byte> topic, int queueId)
    {
        var name = Encoding.UTF8.GetString(topic);
        return (_topics.TryGetValue(name, out var known) && known.OpenQueues.Any(queue => queue.QueueId == queueId))
            || _context.Files.Files(_context.DirectoryOf(name, queueId)).Count > 0;
    }

    void NoteFilling(ConsumeQueue queue)
    {
        if (AskWriter is not { } ask)
            return;
        lock (_gate)
            _filling.Add(queue);
        ask();
    }

    TopicLog CreateTopic(string name) => new(name, (topic, queueId) => new ConsumeQueue(topic, queueId, _context));

    TopicLog TopicOf(ReadOnlySpan<byte> name)
    {
        if (name.Length <= TopicCharsMax)
        {
            Span<char> chars = stackalloc char[name.Length];
            var count = Encoding.UTF8.GetChars(name, chars);
            if (_byChars.TryGetValue(chars[..count], out var topic))
                return topic;
        }

        return Topic(Encoding.UTF8.GetString(name));
    }
}
