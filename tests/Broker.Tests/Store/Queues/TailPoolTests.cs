using Broker.Store.Queues;
using Xunit;

namespace Broker.Tests.Store.Queues;

public sealed class TailPoolTests
{
    const int Budget = 64 << 20;

    readonly TailPool _pool = new();

    [Fact]
    public void Memory_grows_by_steps_of_exact_size()
    {
        var entries = new List<int>();
        var tail = Array.Empty<byte>();
        for (var step = 0; step < 5; step++)
        {
            var next = _pool.Rent(Entries(tail), needed: 0);
            _pool.Return(tail);
            tail = next;
            entries.Add(Entries(tail));
        }

        Assert.Equal([16, 64, 256, 1_024, 1_024], entries);
    }

    [Fact]
    public void What_comes_back_is_lent_again()
    {
        var first = _pool.Rent(current: 16, needed: 0);
        _pool.Return(first);

        Assert.Same(first, _pool.Rent(current: 16, needed: 0));
        Assert.Equal(64 * 20, _pool.Bytes);
    }

    [Fact]
    public void A_thousand_queues_that_rest_and_wake_need_no_new_memory()
    {
        var tails = Enumerable.Range(0, 1_000).Select(_ => _pool.Rent(current: 64, needed: 0)).ToList();
        var known = tails.ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var tail in tails)
            _pool.Return(tail);

        Assert.All(tails, _ => Assert.Contains(_pool.Rent(current: 64, needed: 0), known));
    }

    [Fact]
    public void Beyond_the_bound_queues_stay_small()
    {
        var lent = Enumerable
            .Range(0, 100_000)
            .Select(i => _pool.Rent(current: i < 3_300 ? 256 : 0, needed: 0))
            .ToList();

        Assert.Equal(1_024, Entries(lent[0]));
        Assert.Equal(16, Entries(lent[^1]));
        Assert.InRange(_pool.Bytes, Budget, Budget + (100_000 * 16 * 20));
        foreach (var tail in lent)
            _pool.Return(tail);
        Assert.InRange(_pool.Bytes, 0, Budget);
    }

    [Fact]
    public void Beyond_the_bound_nobody_gets_less_than_it_had()
    {
        for (var i = 0; i < 4_000; i++)
            _pool.Rent(current: 256, needed: 0);

        Assert.Equal(256, Entries(_pool.Rent(current: 256, needed: 0)));
        Assert.Equal(64, Entries(_pool.Rent(current: 64, needed: 0)));
    }

    [Fact]
    public void What_cannot_be_written_is_kept_whatever_it_takes()
    {
        var large = _pool.Rent(current: 1_024, needed: 500_000);

        Assert.Equal(500_000, Entries(large));
        Assert.Equal(64, Entries(_pool.Rent(current: 16, needed: 20)));
        _pool.Return(large);
        Assert.InRange(_pool.Bytes, 0, Budget);
    }

    static int Entries(byte[] tail) => tail.Length / 20;
}
