using System.Collections.Concurrent;
using Operator.Control.Admin;
using Operator.KubeClient;
using Operator.Plan;

namespace Operator.Control.Observe;

/// <summary>
/// What brokers and name servers said last, each with its age. A reading is taken again when it is older than the
/// caller likes; one that fails leaves the last one standing for a minute, and is not repeated at once.
/// </summary>
sealed class Readings<T>(TimeProvider time, Random random)
{
    /// <summary>So long a value that could not be read again still counts: a restart of a pod is shorter.</summary>
    static readonly TimeSpan Standing = TimeSpan.FromSeconds(60);

    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Entries of pods that are gone are dropped when they were not asked for so long.</summary>
    static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, Entry> _entries = new();
    readonly Backoff _backoff = new(ShortestPause, LongestPause, random);

    /// <summary>Returns the reading of a source, taking it where needed.</summary>
    /// <param name="source">Names the process that is asked, a pod's uid say: another pod is another source.</param>
    /// <param name="name">What the source is called in a sentence.</param>
    /// <param name="maxAge">The oldest reading that does.</param>
    /// <param name="read">Takes it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<Observed<T>> ReadAsync(
        string source,
        string name,
        TimeSpan maxAge,
        Func<CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        var entry = _entries.GetOrAdd(source, _ => new Entry());
        await entry.Turn.WaitAsync(cancellationToken);
        try
        {
            entry.Asked = time.GetTimestamp();
            if (entry.ReadAt is { } readAt && time.GetElapsedTime(readAt) <= maxAge)
                return Observed.Known(entry.Value!);
            if (entry.FailedAt is { } failedAt && time.GetElapsedTime(failedAt) < entry.Pause)
                return Fallback(entry, name);
            return await TakeAsync(entry, name, read, cancellationToken);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    /// <summary>Makes the next caller take the reading again.</summary>
    public void Invalidate(string source)
    {
        if (_entries.TryGetValue(source, out var entry))
            entry.ReadAt = null;
    }

    async Task<Observed<T>> TakeAsync(
        Entry entry,
        string name,
        Func<CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        Prune();
        try
        {
            entry.Value = await read(cancellationToken);
            entry.ReadAt = entry.SucceededAt = time.GetTimestamp();
            entry.FailedAt = null;
            entry.Failures = 0;
            return Observed.Known(entry.Value);
        }
        catch (Exception e) when (AdminFailures.IsOne(e))
        {
            entry.FailedAt = time.GetTimestamp();
            lock (_backoff)
                entry.Pause = _backoff.After(entry.Failures++);
            entry.Error = e.Message;
            return Fallback(entry, name);
        }
    }

    Observed<T> Fallback(Entry entry, string name) =>
        entry.SucceededAt is { } at && time.GetElapsedTime(at) <= Standing
            ? Observed.Known(entry.Value!)
            : Observed.Unknown<T>($"{name} did not answer: {entry.Error}");

    void Prune()
    {
        foreach (var (source, entry) in _entries)
            if (time.GetElapsedTime(entry.Asked) > Forgotten)
                _entries.TryRemove(source, out _);
    }

    sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public T? Value { get; set; }

        public long? ReadAt { get; set; }

        public long? SucceededAt { get; set; }

        public long? FailedAt { get; set; }

        public int Failures { get; set; }

        public TimeSpan Pause { get; set; }

        public string Error { get; set; } = "";

        public long Asked { get; set; }
    }
}
