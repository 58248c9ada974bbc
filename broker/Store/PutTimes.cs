using System.Globalization;
using System.Text;

namespace Broker.Store;

/// <summary>
/// How long messages took from their place in the log to their answer, over this minute and the one before: counts by
/// steps that grow with the time, so that every bound of the reference's table is the bound of a step.
/// </summary>
public sealed class PutTimes
{
    /// <summary>
    /// Upper bounds in ms, and how far apart they are: 1 to 20 by 1, to 50 by 2, to 100 by 5 and so on.
    /// </summary>
    static readonly (int To, int Step)[] Steps =
    [
        (20, 1),
        (50, 2),
        (100, 5),
        (200, 10),
        (500, 50),
        (1_000, 100),
        (10_000, 1_000),
    ];

    /// <summary>The rows of the reference's table: an upper bound in ms and its name.</summary>
    static readonly (int To, string Name)[] Rows =
    [
        (0, "<=0ms"),
        (10, "0~10ms"),
        (50, "10~50ms"),
        (100, "50~100ms"),
        (200, "100~200ms"),
        (500, "200~500ms"),
        (1_000, "500ms~1s"),
        (2_000, "1~2s"),
        (3_000, "2~3s"),
        (4_000, "3~4s"),
        (5_000, "4~5s"),
        (10_000, "5~10s"),
        (int.MaxValue, "10s~"),
    ];

    static readonly int[] Bounds = [.. AllBounds()];

    const long MinuteMs = 60_000;

    readonly Lock _sync = new();
    readonly long[] _thisMinute = new long[Bounds.Length];
    readonly long[] _lastMinute = new long[Bounds.Length];
    long _minute;
    long _longestMs;

    /// <summary>The longest time in ms since the store was opened.</summary>
    public long LongestMs => Volatile.Read(ref _longestMs);

    /// <summary>Messages were answered at <paramref name="nowMs"/> (ms since 1970), having taken so long.</summary>
    internal void Add(long nowMs, long tookMs, int messages)
    {
        lock (_sync)
        {
            Turn(nowMs);
            _thisMinute[StepOf(tookMs)] += messages;
            if (tookMs > _longestMs)
                _longestMs = tookMs;
        }
    }

    /// <summary>The time in ms that the given part of the messages did not exceed; 0 without messages.</summary>
    /// <param name="part">From 0 to 1.</param>
    /// <param name="nowMs">Ms since 1970.</param>
    public long Percentile(double part, long nowMs)
    {
        lock (_sync)
        {
            Turn(nowMs);
            var total = 0L;
            for (var i = 0; i < Bounds.Length; i++)
                total += _thisMinute[i] + _lastMinute[i];
            var seen = 0L;
            for (var i = 0; i < Bounds.Length; i++)
            {
                seen += _thisMinute[i] + _lastMinute[i];
                if (seen > 0 && seen >= total * part)
                    return Bounds[i] == int.MaxValue ? _longestMs : Bounds[i];
            }
            return 0;
        }
    }

    /// <summary>The reference's table: <c>[&lt;=0ms]:12 [0~10ms]:3 ... [10s~]:0 </c>.</summary>
    public string Table(long nowMs)
    {
        var text = new StringBuilder();
        lock (_sync)
        {
            Turn(nowMs);
            var step = 0;
            foreach (var (to, name) in Rows)
            {
                var count = 0L;
                for (; step < Bounds.Length && Bounds[step] <= to; step++)
                    count += _thisMinute[step] + _lastMinute[step];
                text.Append(CultureInfo.InvariantCulture, $"[{name}]:{count} ");
            }
        }
        return text.ToString();
    }

    void Turn(long nowMs)
    {
        var minute = nowMs / MinuteMs;
        if (minute == _minute)
            return;
        if (minute == _minute + 1)
            _thisMinute.CopyTo(_lastMinute, 0);
        else
            Array.Clear(_lastMinute);
        Array.Clear(_thisMinute);
        _minute = minute;
    }

    static int StepOf(long tookMs)
    {
        var found = Array.BinarySearch(Bounds, (int)Math.Clamp(tookMs, 0, int.MaxValue));
        return found >= 0 ? found : ~found;
    }

    static IEnumerable<int> AllBounds()
    {
        var bound = 0;
        yield return bound;
        foreach (var (to, step) in Steps)
        {
            while (bound < to)
                yield return bound += step;
        }
        yield return int.MaxValue;
    }
}
