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

    /// <summary>Ten per cent, so that objects which failed together do not return together.</summary>
    const double Jitter = 0.1;

    /// <summary>A failing object is forgotten when nobody has asked for it for so long: it is gone.</summary>
    static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    readonly Dictionary<string, Entry> _entries = [];
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
    /// Whether the object has to wait, and for how long. A wish that differs from the one that failed need not.
    /// </summary>
    public bool IsHeld(string key, string wish, out TimeSpan remaining, out string error)
    {
        lock (_gate)
        {
            remaining = TimeSpan.Zero;
            error = "";
            if (!_entries.TryGetValue(key, out var entry) || entry.Wish != wish)
                return false;
            remaining = entry.Due - time.GetUtcNow();
            error = entry.Error;
            return remaining > TimeSpan.Zero;
        }
    }

    /// <summary>Notes a failure and says when the next attempt may be made.</summary>
    public TimeSpan Failed(string key, string wish, string error)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            Prune(now);
            var attempts = _entries.TryGetValue(key, out var entry) && entry.Wish == wish ? entry.Attempts + 1 : 1;
            var delay = Shortest * Math.Pow(2, Math.Min(attempts - 1, 30));
            delay = (delay < Longest ? delay : Longest) * (1 + (Jitter * random.NextDouble()));
            _entries[key] = new Entry(wish, attempts, now + delay, error);
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
        foreach (var (key, entry) in _entries)
            if (now - entry.Due > Forgotten)
                _entries.Remove(key);
    }

    readonly record struct Entry(string Wish, int Attempts, DateTimeOffset Due, string Error);
}
