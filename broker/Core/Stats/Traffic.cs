namespace Broker.Core.Stats;

/// <summary>
/// Messages, bytes and calls since the broker was opened, with samples of the last minute, hour and day as the
/// reference takes them. Counted per message, so without locks and labels.
/// </summary>
class Traffic
{
    /// <summary>Samples of a minute: one every ten seconds, and the one before.</summary>
    const int MinuteSamples = 7;

    /// <summary>Samples of an hour: one every ten minutes, and the one before.</summary>
    const int HourSamples = 7;

    /// <summary>Samples of a day: one an hour, and the one before.</summary>
    const int DaySamples = 25;

    /// <summary>Ms between the samples of a minute, an hour and a day.</summary>
    public const long MinuteBeatMs = 10_000;

    /// <inheritdoc cref="MinuteBeatMs"/>
    public const long HourBeatMs = 600_000;

    /// <inheritdoc cref="MinuteBeatMs"/>
    public const long DayBeatMs = 3_600_000;

    long _messages;
    long _bytes;
    long _calls;

    public long Messages => Interlocked.Read(ref _messages);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Calls => Interlocked.Read(ref _calls);

    public SampleRing Minute { get; } = new(MinuteSamples, MinuteBeatMs);

    public SampleRing Hour { get; } = new(HourSamples, HourBeatMs);

    public SampleRing Day { get; } = new(DaySamples, DayBeatMs);

    /// <summary>Counts one call with so many messages.</summary>
    public void Add(int messages, long bytes)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _calls);
    }

    /// <summary>Counts one call that took so many ms, in place of messages.</summary>
    public void AddTime(long ms)
    {
        if (ms > 0)
            Interlocked.Add(ref _messages, ms);
        Interlocked.Increment(ref _calls);
    }

    /// <summary>The counters of now.</summary>
    public TrafficSample At(long timeMs) => new(timeMs, Messages, Bytes, Calls);
}
