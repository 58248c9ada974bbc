namespace Operator.Control.Apply;

/// <summary>
/// Holds back what keeps failing: one entry per object, whatever it is that wakes the pass. Without it a refused child
/// would be tried again with every event of its neighbours.
/// </summary>
/// <remarks>
/// 1, 2, 4 … 60 s between attempts, so that an object costs at most seven attempts in its first minute and about one
/// in each later one. Another wish (a change by the user) is tried at once.
/// </remarks>
sealed class FailureBackoff(TimeProvider time, Random random)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The client has already tried a throttled call four times, so two such attempts fill a minute.
    /// </summary>
    static readonly TimeSpan Throttled = TimeSpan.FromSeconds(30);

    /// <summary>Ten per cent, so that objects which failed together do not return together.</summary>
    const double Jitter = 0.1;

    /// <summary>A failing object is forgotten when nobody has asked for it for so long: it is gone.</summary>
    static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    readonly Dictionary<string, Entry> _entries = [];
    DateTimeOffset _pruned = time.GetUtcNow();
    readonly Lock _gate = new();

    /// <summary>How many objects fail at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>
    /// What the object has to wait for, null when it need not: it has not failed, its time has come, or the wish is
    /// another than the one that failed.
    /// </summary>
    public HeldFailure? Held(string key, string wish)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Wish != wish)
                return null;
            var remaining = entry.Due - time.GetUtcNow();
            return remaining > TimeSpan.Zero ? new HeldFailure(remaining, entry.Failure) : null;
        }
    }

    /// <summary>How the last attempt at the same wish failed, and how many did; null when none has.</summary>
    public (int Attempts, ApiFailure Failure)? Last(string key, string wish)
    {
        lock (_gate)
            return _entries.TryGetValue(key, out var entry) && entry.Wish == wish
                ? (entry.Attempts, entry.Failure)
                : null;
    }

    /// <summary>Notes a failure and says when the next attempt may be made.</summary>
    public TimeSpan Failed(string key, string wish, ApiFailure failure)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            Prune(now);
            var attempts = _entries.TryGetValue(key, out var entry) && entry.Wish == wish ? entry.Attempts + 1 : 1;
            var delay = Shortest * Math.Pow(2, Math.Min(attempts - 1, 30));
            if (failure.IsThrottled && delay < Throttled)
                delay = Throttled;
            delay = delay < Longest ? delay : Longest;
            delay *= 1 + (Jitter * random.NextDouble());
            _entries[key] = new Entry(wish, attempts, now + delay, failure);
            return delay;
        }
    }

    /// <summary>Forgets the failures of an object.</summary>
    public void Succeeded(string key)
    {
        lock (_gate)
            _entries.Remove(key);
    }

    void Prune(DateTimeOffset now)
    {
        // Not with every failure: ten thousand that fail together would look at each other.
        if (now - _pruned < Longest)
            return;
        _pruned = now;
        foreach (var (key, entry) in _entries)
            if (now - entry.Due > Forgotten)
                _entries.Remove(key);
    }

    readonly record struct Entry(string Wish, int Attempts, DateTimeOffset Due, ApiFailure Failure);
}
