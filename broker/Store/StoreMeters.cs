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

    public void Delivered(long waitMs)
    {
        if (waitMs > Volatile.Read(ref _longestWaitMs))
            Volatile.Write(ref _longestWaitMs, waitMs);
    }

    public void Flushed(long startedAt)
    {
        Interlocked.Increment(ref _flushes);
        _flushSeconds.Record(_time.GetElapsedTime(startedAt).TotalSeconds);
    }
}
