using System.Diagnostics.Metrics;
using Broker.Telemetry;

namespace Broker.Store;

/// <summary>
/// What the store counts. Per message only fields are touched; the instruments read them when somebody asks.
/// Apache's names where it has one: <c>rocketmq_storage_*</c>.
/// </summary>
sealed class StoreMeters
{
    readonly TimeProvider _time;
    readonly Meter _meter;
    readonly Histogram<double> _flushSeconds;
    long _messages;
    long _bytes;
    long _writes;
    long _flushes;
    long _longestWaitMs;
    long _longestReadTicks;
    long _writingSince;
    long _refused;

    /// <param name="factory">Makes and owns the meter.</param>
    /// <param name="time">Measures flushes.</param>
    public StoreMeters(IMeterFactory factory, TimeProvider time)
    {
        _time = time;
        _meter = factory.Create(new MeterOptions("Broker.Store"));
        _flushSeconds = _meter.CreateHistogram(
            "rocketmq_storage_flush_seconds",
            "s",
            "Time to make the log durable (fdatasync).",
            advice: HistogramBounds.Seconds
        );
        Counter("rocketmq_storage_messages_written_total", () => Messages, "Messages written to the log.");
        Counter("rocketmq_storage_bytes_written_total", () => Bytes, "Bytes written to the log.");
        Counter("rocketmq_storage_writes_total", () => Writes, "Writes to the log, each of many messages.");
        Counter("rocketmq_storage_flushes_total", () => Flushes, "Times the log was made durable.");
        Gauge(
            "rocketmq_storage_put_wait_milliseconds_max",
            () => Interlocked.Exchange(ref _longestWaitMs, 0),
            "Longest time between a message's place in the log and its answer, since the last reading."
        );
    }

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Writes => Volatile.Read(ref _writes);

    public long Flushes => Volatile.Read(ref _flushes);

    public long PutWaitMsMax => Volatile.Read(ref _longestWaitMs);

    /// <summary>How long appends took.</summary>
    public PutTimes PutTimes { get; } = new();

    /// <summary>Messages that were not stored.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The longest read of a queue in ms.</summary>
    public long ReadMsMax => (long)_time.GetElapsedTime(0, Volatile.Read(ref _longestReadTicks)).TotalMilliseconds;

    /// <summary>For how many ms the write that is under way has lasted; 0 when none is.</summary>
    public long WritingMs =>
        Volatile.Read(ref _writingSince) is var since and not 0
            ? (long)_time.GetElapsedTime(since).TotalMilliseconds
            : 0;

    /// <summary>A mark of the monotonic clock.</summary>
    public long Now => _time.GetTimestamp();

    public void Gauge(string name, Func<long> read, string description) =>
        _meter.CreateObservableGauge(name, read, unit: null, description);

    public void Counter(string name, Func<long> read, string description) =>
        _meter.CreateObservableCounter(name, read, unit: null, description);

    public void Written(int bytes, int messages)
    {
        // One writer at a time: no interlocked addition.
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _messages, _messages + messages);
        Volatile.Write(ref _writes, _writes + 1);
    }

    /// <summary>A write to the log begins.</summary>
    public void WriteBegins() => Volatile.Write(ref _writingSince, Now);

    /// <summary>It has ended.</summary>
    public void WriteEnds() => Volatile.Write(ref _writingSince, 0);

    /// <summary>Messages were refused or lost before they were written.</summary>
    public void NotStored(int messages = 1) => Interlocked.Add(ref _refused, messages);

    /// <summary>A queue was read.</summary>
    public void Read(long startedAt)
    {
        var took = Now - startedAt;
        if (took > Volatile.Read(ref _longestReadTicks))
            Volatile.Write(ref _longestReadTicks, took);
    }

    public void Delivered(long nowMs, long waitMs, int messages)
    {
        PutTimes.Add(nowMs, waitMs, messages);
        if (waitMs > Volatile.Read(ref _longestWaitMs))
            Volatile.Write(ref _longestWaitMs, waitMs);
    }

    public void Flushed(long startedAt)
    {
        Interlocked.Increment(ref _flushes);
        _flushSeconds.Record(_time.GetElapsedTime(startedAt).TotalSeconds);
    }
}
