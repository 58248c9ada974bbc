using System.Diagnostics;

namespace Scenarios;

/// <summary>A clock that moves when it is told to, timers included: delays of hours are tested in no time.</summary>
public sealed class ManualTime : TimeProvider
{
    readonly Lock gate = new();
    readonly List<ManualTimer> timers = [];
    DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is waited for before the clock moves on, at most a second each time.</summary>
    public Func<bool>? Busy { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on; what becomes due is called at its own time, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (Next(until) is { } due)
            due.Call();
        lock (gate)
            now = until;
    }

    /// <summary>
    /// Moves the clock on in steps until something holds, and lets the program work between them. How much virtual time
    /// passes is not exact; fails after a real minute.
    /// </summary>
    public async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step)
    {
        var deadline = Stopwatch.GetTimestamp() + 60 * Stopwatch.Frequency;
        while (!condition())
        {
            if (Stopwatch.GetTimestamp() > deadline)
                throw new TimeoutException($"still not so at {GetUtcNow():O}");
            Advance(step);
            await RestAsync();
        }
    }

    async Task RestAsync()
    {
        var limit = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        do await Task.Delay(TimeSpan.FromMilliseconds(2));
        while (Busy?.Invoke() == true && Stopwatch.GetTimestamp() < limit);
    }

    ManualTimer? Next(DateTimeOffset until)
    {
        lock (gate)
        {
            var due = timers.Where(t => t.Due <= until).MinBy(t => t.Due);
            if (due is null)
                return null;
            if (due.Due > now)
                now = due.Due.Value;
            due.Due = due.Period is { } period ? now + period : null;
            if (due.Due is null)
                timers.Remove(due);
            return due;
        }
    }

    sealed class ManualTimer(ManualTime time, Action call) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Call() => call();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                Period = period > TimeSpan.Zero ? period : null;
                Due = dueTime >= TimeSpan.Zero ? time.now + dueTime : null;
                if (Due is not null)
                    time.timers.Add(this);
                return true;
            }
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
