namespace Broker.Core.Stats;

/// <summary>A total at the last two midnights, as tools show it. Midnights before the start count as 0.</summary>
sealed class DayTotals
{
    int _day;

    /// <summary>The total when the day before began.</summary>
    public long YesterdayMorning { get; private set; }

    /// <summary>The total when this day began.</summary>
    public long TodayMorning { get; private set; }

    /// <summary>To be called at least once a day, with the number of the day and the total of now.</summary>
    public void Look(int day, long total)
    {
        if (_day != 0 && day != _day)
            (YesterdayMorning, TodayMorning) = (TodayMorning, total);
        _day = day;
    }
}
