using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Broker.Core.Filter;

/// <summary>
/// Remembers what was used lately, at most as many values as given: they come from clients, so there is no end of them.
/// Two generations: what is used moves to the young one, and when that is full the old one is forgotten. A hit costs one
/// lookup and no lock.
/// </summary>
sealed class RecentTable<TValue>(int max)
    where TValue : class
{
    readonly int _generationMax = Math.Max(1, max / 2);
    volatile ConcurrentDictionary<byte[], TValue> _young = new(Utf8Comparer.Instance);
    volatile ConcurrentDictionary<byte[], TValue> _old = new(Utf8Comparer.Instance);
    int _youngCount;

    /// <summary>Finds a value that was used lately.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out TValue? value)
    {
        if (_young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out value))
            return true;
        if (!_old.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out value))
            return false;
        Add(key, value);
        return true;
    }

    /// <summary>Remembers a value.</summary>
    public void Add(ReadOnlySpan<byte> key, TValue value)
    {
        // Several threads may count beyond the end; the one that reaches it turns the generations.
        if (!_young.TryAdd(key.ToArray(), value) || Interlocked.Increment(ref _youngCount) != _generationMax)
            return;
        _old = _young;
        _young = new ConcurrentDictionary<byte[], TValue>(Utf8Comparer.Instance);
        Volatile.Write(ref _youngCount, 0);
    }

    /// <summary>How many are remembered.</summary>
    public int Count => _young.Count + _old.Count;
}
