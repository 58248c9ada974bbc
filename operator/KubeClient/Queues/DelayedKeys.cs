namespace Operator.KubeClient.Queues;

/// <summary>
/// Keys with a time, the earliest first, and one timer for all. Not safe for several callers: the queue's lock is
/// around it.
/// </summary>
/// <param name="ripe">Called, from the timer, when something is due.</param>
internal sealed class DelayedKeys<TKey>(TimeProvider time, Action ripe) : IDisposable
    where TKey : notnull
{
    readonly PriorityQueue<TKey, long> order = new();
    readonly Dictionary<TKey, long> due = [];
    ITimer? timer;
    bool disposed;

    public void Add(TKey key, TimeSpan delay)
    {
        if (disposed)
            return;
        var at = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
        if (due.TryGetValue(key, out var known) && known <= at)
            return;
        due[key] = at;
        order.Enqueue(key, at);
        if (order.Count > 2 * due.Count + 64)
            Compact();
        Arm();
    }

    public void Remove(TKey key) => due.Remove(key);

    public List<TKey> TakeRipe()
    {
        var now = time.GetTimestamp();
        var keys = new List<TKey>();
        while (order.TryPeek(out var key, out var at) && (at <= now || !IsCurrent(key, at)))
        {
            order.Dequeue();
            if (IsCurrent(key, at))
            {
                due.Remove(key);
                keys.Add(key);
            }
        }
        Arm();
        return keys;
    }

    public void Dispose()
    {
        disposed = true;
        timer?.Dispose();
    }

    // Entries that are passed over stay until their time comes, which may be hours: so no more of them than of others.
    void Compact()
    {
        order.Clear();
        order.EnqueueRange(due.Select(d => (d.Key, d.Value)));
    }

    // Removed or given an earlier time: the entry in the heap is passed over.
    bool IsCurrent(TKey key, long at) => due.TryGetValue(key, out var current) && current == at;

    void Arm()
    {
        if (disposed || !order.TryPeek(out _, out var at))
            return;
        var ticks = Math.Max(0, at - time.GetTimestamp());
        // Rounded up: a timer that fires a moment early would find nothing and be armed for nothing.
        var delay = TimeSpan.FromMilliseconds(Math.Ceiling(ticks * 1000.0 / time.TimestampFrequency));
        timer ??= time.CreateTimer(_ => ripe(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }
}
