namespace Broker.Store.Index;

/// <summary>
/// A search for messages by key, a slice at a time: keys whose hashes are the same, by chance or because somebody chose
/// them, can make it long. Between slices nothing is held but the index files, which are not deleted meanwhile.
/// </summary>
public sealed class KeyQuery : IDisposable
{
    /// <summary>Steps of a slice: 4 ms where an entry of the index is in the page cache.</summary>
    internal const int SliceSteps = 4_096;

    /// <summary>A message that is looked at, in steps of the index.</summary>
    const int MessageSteps = 8;

    /// <summary>
    /// Steps after which a query ends with what it has found: a second. An index of a hundred full files has some 500
    /// entries on a slot.
    /// </summary>
    internal const int StepsMaxDefault = 1_000_000;

    readonly KeyIndex? _index;
    readonly KeySearch _search;
    readonly ReadResult _result;
    readonly long _begin;
    readonly long _end;
    readonly long _indexedTo;
    readonly int _stepsMax;
    IReadOnlyList<IndexPart>? _parts;
    int _next;
    IndexFile _file = null!;
    long _firstTimestamp;
    int _number;
    int _last;
    int _steps;
    bool _hasEnded;

    internal KeyQuery(
        KeyIndex? index,
        KeySearch search,
        ReadResult result,
        long begin,
        long end,
        long indexedTo,
        int stepsMax
    )
    {
        _index = index;
        _search = search;
        _result = result;
        _begin = begin;
        _end = end;
        _indexedTo = indexedTo;
        _stepsMax = stepsMax;
        _hasEnded = index is null;
    }

    /// <summary>The query gave up: there may be messages that it did not come to.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Goes on for a slice; true when the result is complete. It must not be called again then.</summary>
    public bool Advance()
    {
        if (!_hasEnded && _parts is null)
        {
            if (!_index!.TryBeginSearch(_search.Hash, _indexedTo, out var parts))
                return false;
            _parts = parts;
        }
        for (var steps = 0; !_hasEnded && steps < SliceSteps; )
            steps += Step();
        _steps += SliceSteps;
        IsCut = !_hasEnded && _steps >= _stepsMax;
        if (!_hasEnded && !IsCut)
            return false;
        _result.Reverse();
        _result.Status = _result.MessageCount > 0 ? ReadStatus.Found : ReadStatus.NoMatchedMessage;
        return true;
    }

    /// <summary>Lets the index files go.</summary>
    public void Dispose()
    {
        if (_parts is not null)
            _index!.EndSearch();
        _parts = null;
        _hasEnded = true;
    }

    /// <summary>Looks at one entry, or goes to the next older file; returns what that costs.</summary>
    int Step()
    {
        // Each step goes to an older entry, so that a damaged file cannot lead in circles.
        if (_number < IndexLayout.FirstEntry || _number >= _last)
            return NextFile();
        var entry = _file.Entry(_number);
        // Entries count whole seconds: the message may be up to 999 ms younger than the entry says.
        var time = _firstTimestamp + (entry.Seconds * 1000L);
        if (entry.Seconds < 0 || time + 999 < _begin)
        {
            _number = 0;
            return 1;
        }
        _last = _number;
        _number = entry.Previous;
        if (entry.Hash != _search.Hash || time > _end)
            return 1;
        _hasEnded = !_search.Take(entry.Position);
        return MessageSteps;
    }

    int NextFile()
    {
        _number = 0;
        if (_next == _parts!.Count)
        {
            _hasEnded = true;
            return 1;
        }
        var part = _parts[_next++];
        var header = part.Header ?? part.File.Header();
        if (header.FirstTimestamp > _end)
            return 1;
        if (header.LastTimestamp < _begin)
        {
            _hasEnded = true;
            return 1;
        }
        _file = part.File;
        _firstTimestamp = header.FirstTimestamp;
        _last = header.Count;
        _number = part.Header is null ? part.File.NewestOf(_search.Hash % part.File.Slots) : part.Newest;
        return 1;
    }
}
