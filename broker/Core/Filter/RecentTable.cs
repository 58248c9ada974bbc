using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Broker.Core.Filter;

/// <summary>
/// Remembers what was used lately, at most as many values, and bytes of their keys, as given: they come from clients,
/// so there is no end of them.
/// Two generations: what is used moves to the young one, and when that is full the old one is forgotten. A hit costs
/// one lookup and no lock.
/// </summary>
sealed class RecentTable<TValue>(int max, int keyBytesMax)
    where TValue : class
{
    readonly Lock _turning = new();
    volatile ConcurrentDictionary<byte[], TValue> _young = new(Utf8Comparer.Instance);
    volatile ConcurrentDictionary<byte[], TValue> _old = new(Utf8Comparer.Instance);
    int _youngCount;
    int _youngBytes;

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
        lock (_turning)
        {
            if (!_young.TryAdd(key.ToArray(), value))
                return;
            _youngCount++;
            _youngBytes += key.Length;
            if (_youngCount < max / 2 && _youngBytes < keyBytesMax / 2)
                return;
            _old = _young;
            _young = new ConcurrentDictionary<byte[], TValue>(Utf8Comparer.Instance);
            _youngCount = _youngBytes = 0;
        }
    }

    /// <summary>How many are remembered.</summary>
    public int Count => _young.Count + _old.Count;
}
