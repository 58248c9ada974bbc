namespace Broker.Tests.Store;

/// <summary>A clock that stands still until it is moved; its zone is UTC. Timers do not fire.</summary>
public sealed class SteppedTime : TimeProvider
{
    long now = new DateTimeOffset(2026, 1, 2, 10, 0, 0, TimeSpan.Zero).Ticks;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public long Ms => GetUtcNow().ToUnixTimeMilliseconds();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref now), TimeSpan.Zero);

    public void Set(long ms) => Interlocked.Exchange(ref now, DateTimeOffset.FromUnixTimeMilliseconds(ms).Ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref now, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Silent();

    sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
