using Broker.Store.Files;

namespace Broker.Store.Timers;

/// <summary>
/// Writes the file of a run. Nothing refers to it before <see cref="Finish"/> has made it durable and the state names
/// it; one that is left behind by a crash is deleted at the next start.
/// </summary>
sealed class TimerRunWriter : IDisposable
{
    const int BufferRecords = 2_048;

    readonly IFileSystem _files;
    readonly string _directory;
    readonly IFile _file;
    readonly byte[] _buffer = new byte[BufferRecords * TimerRecordLayout.Bytes];
    TimerRunInfo _info;
    int _buffered;

    public TimerRunWriter(IFileSystem files, string directory, long number, int tier)
    {
        _files = files;
        _directory = directory;
        _info = new TimerRunInfo(number, tier, 0, 0, long.MaxValue, long.MaxValue);
        _file = files.Open(TimerRun.PathOf(directory, number));
        _file.SetLength(0);
    }

    public void Add(in TimerRecord record)
    {
        TimerRecordLayout.Write(_buffer.AsSpan(_buffered * TimerRecordLayout.Bytes), record);
        _info = _info with
        {
            Records = _info.Records + 1,
            MinPosition = Math.Min(_info.MinPosition, record.Position.Value),
            MinQueueOffset = Math.Min(_info.MinQueueOffset, record.QueueOffset.Value),
        };
        if (++_buffered == BufferRecords)
            Write();
    }

    /// <summary>Makes the file durable and opens it for reading.</summary>
    /// <param name="taken">Records at its front that were taken from elsewhere meanwhile.</param>
    public TimerRun Finish(long taken)
    {
        Write();
        _file.SyncData();
        _files.SyncDirectory(_directory);
        return new TimerRun(_files, _directory, _info with { Taken = taken });
    }

    public void Dispose() => _file.Dispose();

    void Write()
    {
        if (_buffered == 0)
            return;
        _file.Write(
            _buffer.AsSpan(0, _buffered * TimerRecordLayout.Bytes),
            (_info.Records - _buffered) * TimerRecordLayout.Bytes
        );
        _buffered = 0;
    }
}
