using Broker.Store.Files;

namespace Broker.Store.Timers;

/// <summary>
/// A file of records in order, <c>timers/</c> and a 20-digit number: written once, never changed, and read from the
/// front. The file holds nothing but records (<see cref="TimerRecordLayout"/>); what else is known of it stands in
/// <see cref="TimerState"/>.
/// </summary>
sealed class TimerRun : IDisposable
{
    readonly IFile _file;
    readonly TimerRunReader _reader;
    readonly TimerRunInfo _written;
    long _minPosition;
    long _minQueueOffset;
    long _minimaAt;

    /// <exception cref="IOException">The file is missing or has not the size that it was written with.</exception>
    public TimerRun(IFileSystem files, string directory, in TimerRunInfo info)
    {
        _written = info;
        Path = PathOf(directory, info.Number);
        _file = files.Open(Path, readOnly: true);
        if (_file.Length != info.Records * TimerRecordLayout.Bytes)
        {
            var length = _file.Length;
            _file.Dispose();
            throw new IOException($"{Path} has {length} bytes instead of {info.Records} records.");
        }
        _reader = new TimerRunReader(_file, info.Records, info.Taken);
        _minPosition = info.MinPosition;
        _minQueueOffset = info.MinQueueOffset;
        _minimaAt = -1;
    }

    public string Path { get; }

    public int Tier => _written.Tier;

    public bool IsAtEnd => _reader.IsAtEnd;

    public long Taken => _reader.Taken;

    public long Remaining => _written.Records - _reader.Taken;

    public long MinQueueOffset => _minQueueOffset;

    public TimerRecord Head => _reader.Head;

    public TimerRunInfo Info =>
        _written with
        {
            Taken = Taken,
            MinPosition = _minPosition,
            MinQueueOffset = _minQueueOffset,
        };

    public static string PathOf(string directory, long number) => System.IO.Path.Combine(directory, $"{number:D20}");

    public void Advance() => _reader.Advance();

    /// <summary>A second reader that begins where this run is now.</summary>
    public TimerRunReader Rest() => new(_file, _written.Records, Taken);

    /// <summary>
    /// The smallest log position of the records that are left. They are gone through only when the position known so
    /// far is below the limit, and not twice at the same place.
    /// </summary>
    public long MinPosition(long limit)
    {
        if (_minPosition >= limit || _minimaAt == Taken)
            return _minPosition;
        var position = long.MaxValue;
        var queueOffset = long.MaxValue;
        for (var rest = Rest(); !rest.IsAtEnd; rest.Advance())
        {
            position = Math.Min(position, rest.Head.Position.Value);
            queueOffset = Math.Min(queueOffset, rest.Head.QueueOffset.Value);
        }
        (_minPosition, _minQueueOffset, _minimaAt) = (position, queueOffset, Taken);
        return position;
    }

    public void Dispose() => _file.Dispose();
}
