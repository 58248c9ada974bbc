namespace Broker.Tests.Remoting;

/// <summary>A clock that stands still until it is told to go on, and fires the timers that fall due then.</summary>
sealed class SteppedTime : TimeProvider
{
    readonly Lock gate = new();
    readonly List<Timer> timers = [];
    long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        lock (gate)
            timers.Add(timer);
        return timer;
    }

    /// <summary>Goes on second by second, so that periodic timers fire as often as they would.</summary>
    public void Advance(TimeSpan by)
    {
        long end = GetTimestamp() + by.Ticks;
        while (GetTimestamp() < end)
        {
            Interlocked.Exchange(ref ticks, Math.Min(end, GetTimestamp() + TimeSpan.TicksPerSecond));
            Timer[] due;
            lock (gate)
                due = [.. timers.Where(timer => timer.IsDue)];
            foreach (var timer in due)
                timer.Fire();
        }
    }

    sealed class Timer(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
        long dueAt = long.MaxValue;
        TimeSpan period;

        public bool IsDue => Interlocked.Read(ref dueAt) <= time.GetTimestamp();

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            period = newPeriod;
            long due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
            Interlocked.Exchange(ref dueAt, due);
            return true;
        }

        public void Fire()
        {
            bool again = period > TimeSpan.Zero;
            Interlocked.Exchange(ref dueAt, again ? time.GetTimestamp() + period.Ticks : long.MaxValue);
            callback(state);
        }

        public void Dispose()
        {
            lock (time.gate)
                time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
