namespace Broker.Core.Delay;

/// <summary>The waiting messages of one topic.</summary>
sealed class TimingCount
{
    long _waiting;
    long _changedAt;
    long _enqueued;
    long _dequeued;

    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>When <see cref="Waiting"/> last changed, in ms since 1970.</summary>
    public long ChangedAt => Interlocked.Read(ref _changedAt);

    /// <summary>Messages that began to wait since this broker became the master.</summary>
    public long Enqueued => Interlocked.Read(ref _enqueued);

    /// <summary>Messages that ended to wait since then.</summary>
    public long Dequeued => Interlocked.Read(ref _dequeued);

    public void Load(long waiting, long changedAt)
    {
        Interlocked.Exchange(ref _waiting, waiting);
        Interlocked.Exchange(ref _changedAt, changedAt);
    }

    public void Add(long nowMs)
    {
        Interlocked.Increment(ref _enqueued);
        Change(1, nowMs);
    }

    public void Remove(long nowMs)
    {
        Interlocked.Increment(ref _dequeued);
        Change(-1, nowMs);
    }

    void Change(long by, long nowMs)
    {
        // What was lost with the log may have been counted: less than none cannot wait.
        if (Interlocked.Add(ref _waiting, by) < 0)
            Interlocked.Exchange(ref _waiting, 0);
        Interlocked.Exchange(ref _changedAt, nowMs);
    }
}
