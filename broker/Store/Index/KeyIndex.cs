using System.Text;
using Broker.Protocol.Messages;
using Broker.Store.Files;
using Broker.Store.Log;
using Broker.Store.Recovery;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Index;

/// <summary>
/// Finds messages by key: the unique key and each word of <c>KEYS</c>. It follows the log at a distance, reading what
/// was written a moment ago, and is brought up to date before a query: senders never wait for it.
/// </summary>
sealed class KeyIndex : IDisposable
{
    /// <summary>Log bytes that are indexed before the lock is given to a query.</summary>
    const long StepBytes = 4 << 20;

    /// <summary>
    /// Keys that are put in together: their slots are in cache lines far apart, and are fetched at a time.
    /// </summary>
    const int GatheredMax = 64;

    readonly Lock _gate = new();
    readonly StoreOptions _options;
    readonly IFileSystem _fileSystem;
    readonly FileCache _cache;
    readonly LogReader _log;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly string _directory;
    readonly List<IndexFile> _files = [];
    readonly (int Hash, long Position, long StoreTimestamp)[] _gathered = new (int, long, long)[GatheredMax];
    int _gatheredCount;
    IndexWriter? _writer;
    RecoveredLog? _recovered;
    long _indexed;
    long _lastTimestamp;
    long _lastPosition;
    int _searches;
    bool _folderIsDirty;

    public KeyIndex(
        StoreOptions options,
        IFileSystem files,
        FileCache cache,
        LogReader log,
        RecoveredLog recovered,
        TimeProvider time,
        ILogger logger
    )
    {
        _options = options;
        _fileSystem = files;
        _cache = cache;
        _log = log;
        _recovered = recovered;
        _time = time;
        _logger = logger;
        _directory = Path.Combine(options.RootDirectory, "index");
    }

    /// <summary>One past the last indexed message; -1 as long as the files were not looked at.</summary>
    public long IndexedPosition => Volatile.Read(ref _recovered) == null ? Volatile.Read(ref _indexed) : -1;

    /// <summary>The last indexed message, after the files were first looked at. Waits for nobody.</summary>
    public IndexEnd End => new(Volatile.Read(ref _lastTimestamp), new LogPosition(Volatile.Read(ref _lastPosition)));

    /// <summary>Indexes what is readable and was not indexed yet.</summary>
    public void CatchUp()
    {
        for (var end = _log.EndPosition; ; )
        {
            lock (_gate)
            {
                if (TryReachLocked(end))
                    return;
            }
        }
    }

    /// <summary>Makes the index durable and notes in the checkpoint how far it is.</summary>
    public void Flush(Checkpoint checkpoint)
    {
        IndexFile? written;
        bool folderIsDirty;
        lock (_gate)
        {
            if (_recovered != null)
            {
                checkpoint.IndexedPosition = _recovered.Checkpoint.IndexedPosition;
                checkpoint.IndexFile = _recovered.Checkpoint.IndexFile;
                checkpoint.IndexCount = _recovered.Checkpoint.IndexCount;
                checkpoint.IndexTimestamp = _recovered.Checkpoint.IndexTimestamp;
                return;
            }

            _writer?.WriteAll();
            written = _writer?.File;
            folderIsDirty = _folderIsDirty;
            _folderIsDirty = false;
            checkpoint.IndexedPosition = _indexed;
            checkpoint.IndexFile = _writer?.File.Number ?? 0;
            checkpoint.IndexCount = _writer?.Header.Count ?? 0;
            checkpoint.IndexTimestamp = _writer?.Header.LastTimestamp ?? 0;
        }

        try
        {
            // Without the lock: a disk that takes its time must not keep queries waiting.
            if (written != null)
                _cache.SyncData(written.File);
            if (!folderIsDirty)
                return;
            _fileSystem.SyncDirectory(_directory);
            _fileSystem.SyncDirectory(_options.RootDirectory);
        }
        catch (IOException) when (folderIsDirty)
        {
            lock (_gate)
                _folderIsDirty = true;
            throw;
        }
    }

    /// <summary>
    /// The files in which a query has to look, newest first, as they are now; no lock is needed to read them. False
    /// when the query has to come again: somebody else has the index, or it is not brought up to date yet.
    /// </summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="end">The log position up to which messages have to be indexed.</param>
    /// <param name="parts">The files; <see cref="EndSearch"/> must follow.</param>
    public bool TryBeginSearch(int hash, long end, out IReadOnlyList<IndexPart> parts)
    {
        parts = [];
        if (!_gate.TryEnter())
            return false;
        try
        {
            if (!TryReachLocked(end))
                return false;
            _writer?.WriteEntries();
            var found = new IndexPart[_files.Count];
            for (var i = 0; i < found.Length; i++)
            {
                var file = _files[_files.Count - 1 - i];
                found[i] =
                    file == _writer?.File
                        ? new IndexPart(file, _writer.Header, _writer.NewestOf(hash % file.Slots))
                        : new IndexPart(file, null, 0);
            }
            parts = found;
            _searches++;
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>A search has ended: files that are not needed may go.</summary>
    public void EndSearch()
    {
        lock (_gate)
            _searches--;
    }

    /// <summary>Deletes the files that lead only to deleted segments.</summary>
    public void RemoveExpired()
    {
        lock (_gate)
        {
            // A file that is read is not deleted under the reader: the next cleaning comes by in seconds.
            if (_recovered != null || _searches > 0)
                return;
            while (_files.Count > 1 && _files[0].Header().LastPosition < _log.MinPosition)
            {
                try
                {
                    _cache.Delete(_files[0].File);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    StoreEvents.CannotDelete(_logger, _files[0].Path, e);
                    return;
                }

                _files.RemoveAt(0);
                _folderIsDirty = true;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var file in _files)
                _cache.Close(file.File);
        }
    }

    /// <summary>Indexes the next messages, unless those in front of a position are indexed: then true.</summary>
    bool TryReachLocked(long end)
    {
        OpenLocked();
        if (_indexed >= end)
            return true;
        var to = Math.Min(end, _indexed + StepBytes);
        _gatheredCount = 0;
        var reached = _log.Scan(Math.Max(_indexed, _log.MinPosition), to, Add);
        PutGathered();
        Volatile.Write(ref _indexed, reached);
        NoteEndLocked();
        return false;
    }

    void NoteEndLocked()
    {
        Volatile.Write(ref _lastTimestamp, _writer?.Header.LastTimestamp ?? 0);
        Volatile.Write(ref _lastPosition, _writer?.Header.LastPosition ?? 0);
    }

    bool Add(in MessageView message, long position)
    {
        if (SysFlag.Transaction(message.SysFlag) == SysFlag.TransactionRollback)
            return true;
        var properties = message.Properties;
        var hasUnique = MessageProperties.TryGet(properties, PropertyNames.UniqueKey, out var unique);
        var hasKeys = MessageProperties.TryGet(properties, PropertyNames.Keys, out var keys);
        if (!hasUnique && !hasKeys)
            return true;
        var prefix = JavaHash.Continue(JavaHash.Of(message.Topic), "#"u8);
        if (hasUnique)
            Gather(JavaHash.Continue(prefix, unique), position, message.StoreTimestamp);
        foreach (var word in keys.Split((byte)' '))
        {
            if (!keys[word].IsEmpty)
                Gather(JavaHash.Continue(prefix, keys[word]), position, message.StoreTimestamp);
        }

        return true;
    }

    void Gather(int javaHash, long position, long storeTimestamp)
    {
        if (_gatheredCount == GatheredMax)
            PutGathered();
        _gathered[_gatheredCount++] = (IndexLayout.KeyHash(javaHash), position, storeTimestamp);
    }

    void PutGathered()
    {
        var gathered = _gathered.AsSpan(0, _gatheredCount);
        _gatheredCount = 0;
        foreach (var (hash, _, _) in gathered)
            _writer?.Approach(hash);
        foreach (var (hash, position, storeTimestamp) in gathered)
        {
            if (_writer is not { IsFull: false })
                BeginFile();
            _writer!.Put(hash, position, storeTimestamp);
        }
    }

    void BeginFile()
    {
        _writer?.Flush();
        _fileSystem.CreateDirectory(_directory);
        _folderIsDirty = true;
        var number = long.Parse(_time.GetLocalNow().ToString("yyyyMMddHHmmssfff"));
        if (_files.Count > 0)
            number = Math.Max(number, _files[^1].Number + 1);
        var file = FileOf(Path.Combine(_directory, number.ToString("D17")));
        _writer = IndexWriter.Create(_cache, file, _writer);
        _files.Add(file);
    }

    /// <summary>
    /// Looks at the files at the first use: they may be large, and a start must not wait for them. Files newer than the
    /// checkpoint are given up, the newest older one is taken as far as the checkpoint says, and the log brings the
    /// rest.
    /// </summary>
    void OpenLocked()
    {
        if (_recovered is not { } recovered)
            return;
        foreach (var path in _fileSystem.Files(_directory))
        {
            if (Path.GetFileName(path) is { Length: IndexLayout.NameLength } name && long.TryParse(name, out _))
                _files.Add(FileOf(path));
        }

        var checkpoint = recovered.Checkpoint;
        while (_files.Count > 0 && !IsSound(_files[^1], recovered))
        {
            StoreEvents.IndexFileDropped(_logger, _files[^1].Path);
            _cache.Delete(_files[^1].File);
            _files.RemoveAt(_files.Count - 1);
        }

        var position = _log.MinPosition;
        if (_files.Count > 0)
        {
            var newest = _files[^1];
            var isKnown = checkpoint.HasPositions && newest.Number == checkpoint.IndexFile;
            _writer = IndexWriter.Resume(_cache, newest, isKnown ? checkpoint.IndexCount : newest.Header().Count);
            position = isKnown ? recovered.IndexFrom : Behind(_writer.Header.LastPosition);
        }
        else if (checkpoint.HasPositions && checkpoint.IndexFile == 0)
        {
            position = recovered.IndexFrom;
        }

        Volatile.Write(ref _indexed, Math.Max(position, _log.MinPosition));
        Volatile.Write(ref _recovered, null);
        NoteEndLocked();
    }

    static bool IsSound(IndexFile file, RecoveredLog recovered)
    {
        var checkpoint = recovered.Checkpoint;
        if (checkpoint.HasPositions)
            return file.Number <= checkpoint.IndexFile;
        var header = file.Header();
        return header.Count <= file.Entries
            && (recovered.WasClean || header.LastTimestamp <= checkpoint.IndexTimestamp);
    }

    long Behind(long position) =>
        _log.TryAcquireMessage(position, out var mapping, out _, out var size)
            ? Release(mapping, position + size)
            : position;

    static long Release(SegmentMapping mapping, long position)
    {
        mapping.Release();
        return position;
    }

    IndexFile FileOf(string path) => new(_cache, path, _options.IndexSlots, _options.IndexEntries);
}
