namespace Broker.Core.Stats;

/// <summary>Takes the samples of all counters when they are due: every ten seconds, ten minutes and hour.</summary>
sealed class TrafficSampler(Func<IEnumerable<Traffic>> counted)
{
    long _minuteDueMs = long.MinValue;
    long _hourDueMs = long.MinValue;
    long _dayDueMs = long.MinValue;

    /// <summary>To be called often, by one thread, with a clock that never goes back.</summary>
    public void Beat(long nowMs)
    {
        if (_minuteDueMs == long.MinValue)
        {
            _minuteDueMs = nowMs;
            _hourDueMs = nowMs + Traffic.HourBeatMs;
            _dayDueMs = nowMs + Traffic.DayBeatMs;
        }
        if (nowMs < _minuteDueMs)
            return;
        var isHourDue = Due(ref _hourDueMs, nowMs, Traffic.HourBeatMs);
        var isDayDue = Due(ref _dayDueMs, nowMs, Traffic.DayBeatMs);
        Due(ref _minuteDueMs, nowMs, Traffic.MinuteBeatMs);
        Sample(nowMs, isHourDue, isDayDue);
    }

    /// <summary>Takes every sample, due or not.</summary>
    public void SampleAll(long nowMs) => Sample(nowMs, isHourDue: true, isDayDue: true);

    void Sample(long nowMs, bool isHourDue, bool isDayDue)
    {
        foreach (var traffic in counted())
        {
            var sample = traffic.At(nowMs);
            traffic.Minute.Take(sample);
            if (isHourDue)
                traffic.Hour.Take(sample);
            if (isDayDue)
                traffic.Day.Take(sample);
        }
    }

    static bool Due(ref long dueMs, long nowMs, long beatMs)
    {
        if (nowMs < dueMs)
            return false;
        dueMs += beatMs;
        // After a pause of the process: no samples in a row to catch up.
        if (dueMs <= nowMs)
            dueMs = nowMs + beatMs;
        return true;
    }
}
