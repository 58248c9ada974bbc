namespace Broker.Core.Stats;

/// <summary>
/// The rate of a total that only grows, from samples taken at a steady beat. It keeps the last ones in a ring.
/// </summary>
sealed class RateWindow(int samples)
{
    readonly Lock _sync = new();
    readonly (long Time, long Total)[] _ring = new (long, long)[samples];
    int _taken;

    /// <summary>Takes a sample: the total of now, and the time in ms on a clock that never goes back.</summary>
    public void Sample(long timeMs, long total)
    {
        lock (_sync)
            _ring[_taken++ % _ring.Length] = (timeMs, total);
    }

    /// <summary>
    /// Units per second over the last <paramref name="beats"/> beats, or over what there is; 0 until there are two
    /// samples.
    /// </summary>
    public double PerSecond(int beats)
    {
        lock (_sync)
        {
            var span = Math.Min(Math.Min(beats, _taken - 1), _ring.Length - 1);
            if (span < 1)
                return 0;
            var last = _ring[(_taken - 1) % _ring.Length];
            var first = _ring[(_taken - 1 - span) % _ring.Length];
            return last.Time <= first.Time ? 0 : (last.Total - first.Total) * 1000.0 / (last.Time - first.Time);
        }
    }
}
