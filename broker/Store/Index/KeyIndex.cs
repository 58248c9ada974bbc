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
    readonly SegmentList _segments;
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
        _segments = recovered.Segments;
        _log = log;
        _recovered = recovered;
        _time = time;
        _logger = logger;
        _directory = Path.Combine(options.RootDirectory, "index");
    }

    /// <summary>One past the last indexed message; -1 as long as the files were not looked at.</summary>
    public long IndexedPosition => Volatile.Read(ref _recovered) == null ? Volatile.Read(ref _indexed) : -1;

    /// <summary>The last indexed message, after the files were first looked at.</summary>
    public IndexEnd End
    {
        get
        {
            lock (_gate)
                return new IndexEnd(
                    _writer?.Header.LastTimestamp ?? 0,
                    new LogPosition(_writer?.Header.LastPosition ?? 0)
                );
        }
    }

    /// <summary>Indexes what is readable and was not indexed yet.</summary>
    public void CatchUp()
    {
        var end = _log.EndPosition;
        while (true)
        {
            lock (_gate)
            {
                OpenLocked();
                if (_indexed >= end)
                    return;
                var to = Math.Min(end, _indexed + StepBytes);
                _gatheredCount = 0;
                var reached = new LogScanner(_segments).Scan(Math.Max(_indexed, _log.MinPosition), to, Add);
                PutGathered();
                // A place that cannot be read, in the middle of the log, must not hold the index up for ever.
                if (reached <= _indexed)
                    reached = NextSegment(_indexed);
                Volatile.Write(ref _indexed, reached);
            }
        }
    }

    /// <summary>Makes the index durable and notes in the checkpoint how far it is.</summary>
    public void Flush(Checkpoint checkpoint)
    {
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

            _writer?.Flush();
            if (_folderIsDirty)
            {
                _fileSystem.SyncDirectory(_directory);
                _fileSystem.SyncDirectory(_options.RootDirectory);
                _folderIsDirty = false;
            }

            checkpoint.IndexedPosition = _indexed;
            checkpoint.IndexFile = _writer?.File.Number ?? 0;
            checkpoint.IndexCount = _writer?.Header.Count ?? 0;
            checkpoint.IndexTimestamp = _writer?.Header.LastTimestamp ?? 0;
        }
    }

    /// <summary>Adds messages with the key to the result, newest first.</summary>
    public void Query(string topic, string key, int maxMessages, long begin, long end, ReadResult result)
    {
        CatchUp();
        var search = new KeySearch(topic, key, maxMessages, begin, end, _log, result);
        lock (_gate)
        {
            _writer?.WriteEntries();
            for (var i = _files.Count - 1; i >= 0; i--)
            {
                var header = _files[i] == _writer?.File ? _writer.Header : _files[i].Header();
                if (header.FirstTimestamp > end)
                    continue;
                if (header.LastTimestamp < begin)
                    return;
                var slot = search.Hash % _files[i].Slots;
                var newest = _files[i] == _writer?.File ? _writer.NewestOf(slot) : _files[i].NewestOf(slot);
                if (!_files[i].Search(search.Hash, newest, header, begin, end, search.Take))
                    return;
            }
        }
    }

    /// <summary>Deletes the files that lead only to deleted segments.</summary>
    public void RemoveExpired()
    {
        lock (_gate)
        {
            if (_recovered != null)
                return;
            while (_files.Count > 1 && _files[0].Header().LastPosition < _log.MinPosition)
            {
                _cache.Delete(_files[0].File);
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

    long NextSegment(long position) => _segments.Find(position)?.EndPosition ?? _log.EndPosition;

    IndexFile FileOf(string path) => new(_cache, path, _options.IndexSlots, _options.IndexEntries);
}
