namespace Operator.KubeClient.Queues;

/// <summary>
/// Which keys want a pass. A key is in it once, however often it is added; one that is added during its pass comes
/// again after it, and is never given to two workers. Its length is bounded by the number of objects that exist.
/// </summary>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    /// <summary>
    /// So many changes may overtake; then the oldest resync has its turn, else a busy queue would never come to it.
    /// </summary>
    const int ChangesPerResync = 10;

    readonly WorkQueueOptions options;
    readonly TimeProvider time;
    readonly Func<TKey, string>? share;
    readonly KubeMeters meters;
    readonly Lock gate = new();
    readonly SemaphoreSlim available = new(0);
    readonly FairLane<TKey> changes = new();
    readonly FairLane<TKey> resyncs = new();
    readonly Dictionary<TKey, Waiting> waiting = [];
    readonly HashSet<TKey> working = [];
    readonly Dictionary<TKey, int> failures = [];
    readonly DelayedKeys<TKey> delayed;
    readonly Backoff backoff;
    int changesInARow;

    /// <param name="random">Used under the lock of this queue.</param>
    /// <param name="share">
    /// Keys of one share wait for each other, shares take turns; normally the instance that a key belongs to.
    /// </param>
    public WorkQueue(
        WorkQueueOptions options,
        TimeProvider time,
        Random random,
        KubeMeters meters,
        Func<TKey, string>? share = null
    )
    {
        (this.options, this.time, this.share, this.meters) = (options, time, share, meters);
        delayed = new DelayedKeys<TKey>(time, Ripe);
        backoff = new Backoff(options.FirstRetry, options.LongestRetry, random, options.RetryFactor);
        this.meters.Depth(options.Name, () => Count);
    }

    public WorkQueueOptions Options => options;

    public KubeMeters Meters => meters;

    /// <summary>Keys that are ready and wait for a worker.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>Asks for a pass as soon as possible.</summary>
    public void Add(TKey key, WorkPriority priority = WorkPriority.Change)
    {
        lock (gate)
            AddLocked(key, priority);
    }

    /// <summary>
    /// Asks for a pass later. One delay is kept for a key, the earliest; a pass that begins before drops it, since
    /// it looks at everything and says itself when it wants the next.
    /// </summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, WorkPriority.Resync);
            return;
        }
        lock (gate)
            delayed.Add(key, delay);
    }

    /// <summary>Asks for another pass after a failure, the later the more of them came in a row.</summary>
    /// <returns>When, and how many failures there were.</returns>
    public (TimeSpan Delay, int Failures) Retry(TKey key)
    {
        lock (gate)
        {
            var count = failures.GetValueOrDefault(key);
            failures[key] = count + 1;
            var delay = backoff.After(count);
            delayed.Add(key, delay);
            meters.Retried(options.Name);
            return (delay, count + 1);
        }
    }

    /// <summary>The key is well again: the next failure counts as the first.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
            failures.Remove(key);
    }

    /// <summary>Waits for a key that nobody works on.</summary>
    public async ValueTask<WorkItem<TKey>> TakeAsync(CancellationToken cancellationToken)
    {
        await available.WaitAsync(cancellationToken);
        lock (gate)
        {
            var key = NextLocked();
            waiting.Remove(key, out var entry);
            working.Add(key);
            delayed.Remove(key);
            meters.Waited(options.Name, time.GetElapsedTime(entry.Since));
            return new WorkItem<TKey>(key, failures.GetValueOrDefault(key));
        }
    }

    /// <summary>The pass over the key ended, well or not. Call it once for each key taken.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            if (working.Remove(key) && waiting.TryGetValue(key, out var entry))
                ReadyLocked(key, entry.Priority);
        }
    }

    public void Dispose()
    {
        lock (gate)
            delayed.Dispose();
        available.Dispose();
    }

    void AddLocked(TKey key, WorkPriority priority)
    {
        var isWaiting = waiting.TryGetValue(key, out var entry);
        if (isWaiting && entry.Priority <= priority)
            return;
        waiting[key] = new Waiting(priority, isWaiting ? entry.Since : time.GetTimestamp());
        if (working.Contains(key))
            return; // ready when the pass ends
        if (isWaiting)
            Lane(priority).Enqueue(Share(key), key); // the entry in the other lane is passed over when its turn comes
        else
            ReadyLocked(key, priority);
    }

    void ReadyLocked(TKey key, WorkPriority priority)
    {
        Lane(priority).Enqueue(Share(key), key);
        meters.Added(options.Name);
        available.Release();
    }

    TKey NextLocked()
    {
        var resyncFirst = changesInARow >= ChangesPerResync;
        var first = resyncFirst ? WorkPriority.Resync : WorkPriority.Change;
        var second = resyncFirst ? WorkPriority.Change : WorkPriority.Resync;
        if (!TryNextLocked(first, out var key) && !TryNextLocked(second, out key))
            throw new InvalidOperationException("a key was announced that is in no lane");
        return key;
    }

    bool TryNextLocked(WorkPriority priority, out TKey key)
    {
        while (Lane(priority).TryDequeue(out key))
        {
            if (working.Contains(key) || !waiting.TryGetValue(key, out var entry) || entry.Priority != priority)
                continue;
            changesInARow = priority == WorkPriority.Change ? changesInARow + 1 : 0;
            return true;
        }
        if (priority == WorkPriority.Resync)
            changesInARow = 0;
        return false;
    }

    void Ripe()
    {
        lock (gate)
        {
            foreach (var key in delayed.TakeRipe())
                AddLocked(key, WorkPriority.Resync);
        }
    }

    FairLane<TKey> Lane(WorkPriority priority) => priority == WorkPriority.Change ? changes : resyncs;

    string Share(TKey key) => share?.Invoke(key) ?? "";

    readonly record struct Waiting(WorkPriority Priority, long Since);
}
