using Broker.Store.Queues;
using Xunit;

namespace Broker.Tests.Store.Queues;

public sealed class TailPoolTests
{
    const int Budget = 112 << 20;
    const int LargeBudget = 64 << 20;

    readonly TailPool _pool = new();

    [Fact]
    public void Memory_grows_by_steps_of_exact_size()
    {
        var entries = new List<int>();
        var tail = Array.Empty<byte>();
        for (var step = 0; step < 5; step++)
        {
            var next = _pool.Grow(tail, needed: 0);
            if (next != tail)
                _pool.Return(tail);
            tail = next;
            entries.Add(Entries(tail));
        }

        Assert.Equal([64, 256, 1_024, 1_024, 1_024], entries);
        Assert.Equal(Bytes(64 + 256 + 1_024), _pool.Bytes);
    }

    [Fact]
    public void What_comes_back_is_lent_again()
    {
        var first = _pool.Grow(Of(16), needed: 0);
        _pool.Return(first);

        Assert.Same(first, _pool.Grow(Of(16), needed: 0));
        Assert.Equal(64 * 20, _pool.Bytes);
    }

    [Fact]
    public void A_thousand_queues_that_rest_and_wake_need_no_new_memory()
    {
        var tails = Enumerable.Range(0, 1_000).Select(_ => _pool.Grow(Of(64), needed: 0)).ToList();
        var known = tails.ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var tail in tails)
            _pool.Return(tail);

        Assert.All(tails, _ => Assert.Contains(_pool.Grow(Of(64), needed: 0), known));
    }

    [Fact]
    public void Queues_that_come_later_get_less_and_beyond_the_bound_they_stay_small()
    {
        var (tiny, small, large) = (Of(16), Of(64), Of(256));
        var largest = Enumerable.Range(0, 4_000).Select(_ => _pool.Grow(large, needed: 0)).ToList();
        Assert.Equal(1_024, Entries(largest[0]));
        Assert.Same(large, largest[^1]);
        Assert.InRange(_pool.Bytes, LargeBudget - Bytes(1_024), LargeBudget);

        var later = Enumerable.Range(0, 60_000).Select(_ => _pool.Grow(tiny, needed: 0)).ToList();
        Assert.Equal(64, Entries(later[0]));
        Assert.Same(tiny, later[^1]);
        Assert.Same(small, _pool.Grow(small, needed: 0));
        Assert.InRange(_pool.Bytes, Budget - Bytes(64), Budget);
        Assert.Equal(16, Entries(_pool.Grow([], needed: 0)));
    }

    [Fact]
    public void What_many_queues_give_back_is_kept_up_to_a_bound()
    {
        var lent = Enumerable.Range(0, 80_000).Select(_ => _pool.Grow(Of(16), needed: 0)).ToList();
        Assert.Equal(80_000L * Bytes(64), _pool.Bytes);
        foreach (var tail in lent)
            _pool.Return(tail);
        Assert.InRange(_pool.Bytes, LargeBudget - Bytes(64), LargeBudget);
    }

    [Fact]
    public void Beyond_the_bound_nobody_gets_less_than_it_had()
    {
        var (large, small) = (Of(256), Of(64));
        for (var i = 0; i < 4_000; i++)
        {
            _pool.Grow(large, needed: 0);
            _pool.Grow(small, needed: 0);
        }

        Assert.Same(large, _pool.Grow(large, needed: 0));
        Assert.Same(small, _pool.Grow(small, needed: 0));
    }

    [Fact]
    public void What_cannot_be_written_is_kept_whatever_it_takes()
    {
        var large = _pool.Grow(Of(1_024), needed: 500_000);

        Assert.Equal(500_000, Entries(large));
        Assert.Equal(64, Entries(_pool.Grow(Of(16), needed: 20)));
        _pool.Return(large);
        Assert.InRange(_pool.Bytes, 0, LargeBudget);
    }

    static byte[] Of(int entries) => new byte[Bytes(entries)];

    static int Bytes(int entries) => entries * 20;

    static int Entries(byte[] tail) => tail.Length / 20;
}
