namespace Broker.Core.Stats;

/// <summary>
/// The last samples of a counter at a steady beat. Before the first one there was nothing, one beat earlier: so a new
/// counter has a rate at once. Memory is taken with the first sample.
/// </summary>
sealed class SampleRing(int samples, long beatMs)
{
    readonly Lock _sync = new();
    TrafficSample[] _ring = [];
    int _taken;

    /// <summary>Takes a sample.</summary>
    public void Take(in TrafficSample sample)
    {
        lock (_sync)
        {
            if (_taken == 0)
            {
                _ring = new TrafficSample[samples];
                _ring[_taken++] = new TrafficSample(sample.TimeMs - beatMs, 0, 0, 0);
            }
            _ring[_taken++ % samples] = sample;
        }
    }

    /// <summary>The oldest sample that is kept and the newest; both empty before the first.</summary>
    public (TrafficSample Oldest, TrafficSample Newest) Ends()
    {
        lock (_sync)
        {
            return _taken == 0
                ? default
                : (_ring[_taken > samples ? _taken % samples : 0], _ring[(_taken - 1) % samples]);
        }
    }

    /// <summary>Messages per second between the ends; 0 before the first sample.</summary>
    public double MessagesPerSecond()
    {
        var (oldest, newest) = Ends();
        return newest.TimeMs <= oldest.TimeMs
            ? 0
            : (newest.Messages - oldest.Messages) * 1000.0 / (newest.TimeMs - oldest.TimeMs);
    }
}
