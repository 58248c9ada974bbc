namespace Operator.Control.Apply;

/// <summary>
/// Keeps the removal of foreign fields from becoming a fight: with an API server that fills a field in again, or with
/// somebody who writes it again and again.
/// </summary>
/// <remarks>
/// At once, then after 1, 2, 4 ... 60 s. A removal that changed nothing is a default of the server that this program
/// does not know; it is tried again after an hour.
/// </remarks>
sealed class TrimPauses(TimeProvider time)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Futile = TimeSpan.FromHours(1);

    /// <summary>An object without foreign fields for so long begins again.</summary>
    static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    readonly Dictionary<string, Entry> _entries = [];
    readonly Lock _gate = new();

    /// <summary>How long an object has to wait, or null when it need not.</summary>
    public TimeSpan? Remaining(string key, string wish)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Wish != wish)
                return null;
            var remaining = entry.Due - time.GetUtcNow();
            return remaining > TimeSpan.Zero ? remaining : null;
        }
    }

    /// <summary>Notes a removal that the server accepted.</summary>
    /// <param name="key">The object.</param>
    /// <param name="wish">What was removed.</param>
    /// <param name="changed">Whether the object is another one after it.</param>
    public void Trimmed(string key, string wish, bool changed)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var (old, entry) in _entries)
                if (now - entry.Due > Forgotten)
                    _entries.Remove(old);
            var attempts = _entries.TryGetValue(key, out var last) && last.Wish == wish ? last.Attempts + 1 : 1;
            var pause = Shortest * Math.Pow(2, Math.Min(attempts - 1, 30));
            pause =
                !changed ? Futile
                : pause < Longest ? pause
                : Longest;
            _entries[key] = new Entry(wish, attempts, now + pause);
        }
    }

    readonly record struct Entry(string Wish, int Attempts, DateTimeOffset Due);
}
