using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Broker.Core.Transactions;

/// <summary>
/// How many transactions of each topic are undecided, for the gauge <c>rocketmq_half_messages</c>. Counted again at
/// each start. As many entries as there are topics with transactions.
/// </summary>
sealed class HalfCounts
{
    readonly ConcurrentDictionary<byte[], Counter> _byTopic = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], Counter>.AlternateLookup<ReadOnlySpan<byte>> _byUtf8;

    public HalfCounts() => _byUtf8 = _byTopic.GetAlternateLookup<ReadOnlySpan<byte>>();

    public void Add(ReadOnlySpan<byte> topic, int change)
    {
        if (topic.IsEmpty)
            return;
        if (!_byUtf8.TryGetValue(topic, out var counter))
            counter = _byTopic.GetOrAdd(topic.ToArray(), static _ => new Counter());
        Interlocked.Add(ref counter.Value, change);
    }

    public void Reset() => _byTopic.Clear();

    public IEnumerable<Measurement<long>> Measure() =>
        _byTopic.Select(pair => new Measurement<long>(
            Math.Max(0, Interlocked.Read(ref pair.Value.Value)),
            new KeyValuePair<string, object?>("topic", Encoding.UTF8.GetString(pair.Key))
        ));

    sealed class Counter
    {
        public long Value;
    }
}
