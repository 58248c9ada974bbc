using Broker.Store.Files;

namespace Broker.Store.Timers;

/// <summary>Goes through the records of a run in order, with one small buffer.</summary>
sealed class TimerRunReader(IFile file, long records, long taken)
{
    /// <summary>Records of a read: 14 KiB for each of the few dozen runs that there are.</summary>
    const int BufferRecords = 512;

    readonly byte[] _buffer = new byte[BufferRecords * TimerRecordLayout.Bytes];
    long _bufferAt = -1;
    int _buffered;

    /// <summary>Records that were gone through.</summary>
    public long Taken { get; private set; } = taken;

    public bool IsAtEnd => Taken >= records;

    /// <summary>The record that is next. There must be one.</summary>
    /// <exception cref="IOException">The file is shorter than it was written.</exception>
    public TimerRecord Head
    {
        get
        {
            if (_bufferAt < 0 || Taken >= _bufferAt + _buffered)
                Fill();
            return TimerRecordLayout.Read(_buffer.AsSpan((int)(Taken - _bufferAt) * TimerRecordLayout.Bytes));
        }
    }

    public void Advance(long count = 1) => Taken += count;

    void Fill()
    {
        // Until the read has succeeded there is no record: what was read before must not be taken for the next.
        _bufferAt = -1;
        var wanted = (int)Math.Min(BufferRecords, records - Taken) * TimerRecordLayout.Bytes;
        var read = file.Read(_buffer.AsSpan(0, wanted), Taken * TimerRecordLayout.Bytes);
        if (read < wanted || wanted == 0)
            throw new IOException($"A file of waiting messages ends {wanted - read} bytes too early.");
        _buffered = wanted / TimerRecordLayout.Bytes;
        _bufferAt = Taken;
    }
}
