using Broker.Core.Waiting;
using Broker.Store;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Waiting;

public sealed class PropertyFiltersTests
{
    readonly PropertyFilters _filters = new();

    [Fact]
    public void Each_filter_is_asked_once_however_many_wait_with_it()
    {
        using var store = new StoreUnderTest();
        var (wants, refuses, absent) = (new Asked(true), new Asked(false), new Asked(false));
        for (var i = 0; i < 100; i++)
            _filters.AddLocked(wants);
        _filters.AddLocked(refuses);
        _filters.AddLocked(MessageFilter.All);
        FilterVerdicts verdicts = default;
        var answers = (wants: false, refuses: true, absent: false, all: false);
        store.Store.Arrived = (in Arrival arrival) =>
        {
            verdicts = _filters.Ask(store.Store, arrival);
            answers = (
                verdicts.IsWanted(wants, arrival),
                verdicts.IsWanted(refuses, arrival),
                verdicts.IsWanted(absent, arrival),
                verdicts.IsWanted(MessageFilter.All, arrival)
            );
        };
        store.Send("orders", 0, "body");
        // Whoever was not asked looks for itself.
        Assert.Equal((true, false, true, true), answers);
        Assert.Equal((1, 1, 0), (wants.Calls, refuses.Calls, absent.Calls));
    }

    [Fact]
    public void A_filter_that_nobody_waits_with_is_not_asked_and_makes_room_for_others()
    {
        using var store = new StoreUnderTest();
        var gone = Enumerable.Range(0, 16).Select(_ => new Asked(true)).ToList();
        foreach (var filter in gone)
        {
            _filters.AddLocked(filter);
            _filters.RemoveLocked(filter);
        }
        var present = new Asked(false);
        _filters.AddLocked(present);
        var isWanted = true;
        store.Store.Arrived = (in Arrival arrival) =>
            isWanted = _filters.Ask(store.Store, arrival).IsWanted(present, arrival);
        store.Send("orders", 0, "body");
        Assert.False(isWanted);
        Assert.Equal(1, present.Calls);
        Assert.All(gone, filter => Assert.Equal(0, filter.Calls));
    }

    [Fact]
    public void Filters_beyond_the_limit_look_for_themselves()
    {
        using var store = new StoreUnderTest();
        var many = Enumerable.Range(0, 40).Select(_ => new Asked(false)).ToList();
        many.ForEach(_filters.AddLocked);
        var woken = 0;
        store.Store.Arrived = (in Arrival arrival) =>
        {
            var verdicts = _filters.Ask(store.Store, arrival);
            foreach (var filter in many)
                woken += verdicts.IsWanted(filter, arrival) ? 1 : 0;
        };
        store.Send("orders", 0, "body");
        Assert.Equal((16, 24), (many.Sum(filter => filter.Calls), woken));
        many.ForEach(_filters.RemoveLocked);
    }

    sealed class Asked(bool wants) : MessageFilter
    {
        public int Calls { get; private set; }

        public override bool ReadsProperties => true;

        public override bool MatchesMessage(ReadOnlySpan<byte> properties)
        {
            Calls++;
            return wants;
        }
    }
}
