using System.Diagnostics.Metrics;
using Broker.Core.Order;
using Broker.Protocol.Bodies;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Order;

public sealed class QueueLocksTests : IDisposable
{
    readonly Meter _meter = new("locks");
    readonly SteppedTime _time = new();
    readonly QueueLocks _locks;

    public QueueLocksTests() => _locks = new QueueLocks(_meter, _time);

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void A_queue_has_one_holder_in_a_group_and_others_in_other_groups()
    {
        Assert.Equal(Queues(0, 1), _locks.Take("g", "a", Queues(0, 1)));
        Assert.Equal(Queues(2), _locks.Take("g", "b", Queues(1, 2)));
        Assert.Equal(Queues(1), _locks.Take("other", "b", Queues(1)));
    }

    [Fact]
    public void A_lock_ends_60_s_after_it_was_last_asked_for()
    {
        _locks.Take("g", "a", Queues(0));
        _time.Advance(TimeSpan.FromSeconds(40));
        _locks.Take("g", "a", Queues(0));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Empty(_locks.Take("g", "b", Queues(0)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Queues(0), _locks.Take("g", "b", Queues(0)));
        Assert.Empty(_locks.Take("g", "a", Queues(0)));
    }

    [Fact]
    public void Only_the_holder_gives_a_lock_up()
    {
        _locks.Take("g", "a", Queues(0));
        _locks.Release("g", "b", Queues(0, 7));
        Assert.Empty(_locks.Take("g", "b", Queues(0)));
        _locks.Release("g", "a", Queues(0));
        Assert.Equal(Queues(0), _locks.Take("g", "b", Queues(0)));
    }

    [Fact]
    public void A_group_consumes_in_order_while_it_holds_a_queue()
    {
        Assert.False(_locks.AreHeldBy("g"));
        _locks.Take("g", "a", Queues(0, 1));
        _locks.Take("g", "a", Queues(0));
        _locks.Take("other", "a", Queues(0));
        _locks.Release("g", "a", Queues(0));
        Assert.True(_locks.AreHeldBy("g"));
        _locks.Release("g", "a", Queues(1));
        Assert.False(_locks.AreHeldBy("g"));
        Assert.True(_locks.AreHeldBy("other"));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(_locks.AreHeldBy("other"));
        _locks.Take("other", "a", Queues(0));
        _locks.RemoveGroup("other");
        Assert.False(_locks.AreHeldBy("other"));
    }

    [Fact]
    public void What_has_expired_is_forgotten()
    {
        _locks.Take("g", "a", Queues(0, 1));
        _time.Advance(TimeSpan.FromSeconds(30));
        _locks.Take("g", "a", Queues(1));
        _time.Advance(TimeSpan.FromSeconds(31));
        _locks.Sweep();
        Assert.Equal(1, _locks.Count);
    }

    [Fact]
    public void There_are_so_many_locks_and_no_more_until_some_expire()
    {
        MessageQueue[] all = [.. Enumerable.Range(0, QueueLocks.LocksMax).Select(Queue)];
        Assert.Equal(all.Length, _locks.Take("g", "a", all).Count);
        Assert.Empty(_locks.Take("late", "b", Queues(0)));
        Assert.Equal(Queues(0), _locks.Take("g", "a", Queues(0)));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(Queues(0), _locks.Take("late", "b", Queues(0)));
        Assert.Equal(1, _locks.Count);
    }

    [Fact]
    public void Names_that_cannot_be_are_not_kept()
    {
        var name = new string('x', QueueLocks.NameCharsMax + 1);
        Assert.Empty(_locks.Take(name, "a", Queues(0)));
        Assert.Empty(_locks.Take("g", name, Queues(0)));
        Assert.Empty(_locks.Take("g", "a", [Queue(0) with { Topic = name }]));
        Assert.Empty(_locks.Take("g", "a", [Queue(0) with { BrokerName = name }]));
    }

    static MessageQueue Queue(int id) => new("orders", "broker-a", id);

    static MessageQueue[] Queues(params int[] ids) => [.. ids.Select(Queue)];
}
