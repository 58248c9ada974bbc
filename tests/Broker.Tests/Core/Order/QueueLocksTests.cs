using System.Diagnostics.Metrics;
using Broker.Core.Order;
using Broker.Protocol.Bodies;
using Broker.Store;
using Broker.Tests.Remoting;
using Broker.Tests.Store;
using Xunit;
using SteppedTime = Broker.Tests.Remoting.SteppedTime;

namespace Broker.Tests.Core.Order;

public sealed class QueueLocksTests : IDisposable
{
    const string Journal = "/store/config/queueLocks";

    readonly Meter _meter = new("locks");
    readonly SteppedTime _time = new();
    readonly LogLines _log = new();
    readonly ForgetfulFileSystem _files = new();
    readonly QueueLocks _locks;

    public QueueLocksTests() => _locks = Open(_files);

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_restart_the_holder_gets_its_lock_and_others_wait(bool isOrderly)
    {
        _locks.Take("g", "a", Queues(0, 1));
        _locks.Take("g", "b", Queues(2));
        _locks.Release("g", "a", Queues(1));
        var again = Restart(isOrderly);
        Assert.Empty(again.Take("g", "c", Queues(0)));
        Assert.Equal(Queues(0), again.Take("g", "a", Queues(0)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(again.Take("g", "c", Queues(0, 2)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Queues(2), again.Take("g", "c", Queues(0, 2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_restart_nobody_waits_for_what_nobody_held(bool isOrderly)
    {
        _locks.Take("g", "a", Queues(0, 1));
        _locks.Take("g", "b", Queues(2));
        _locks.Release("g", "a", Queues(1));
        var again = Restart(isOrderly);
        Assert.Equal(Queues(1, 3), again.Take("g", "c", Queues(0, 1, 2, 3)));
        Assert.Equal(Queues(0), again.Take("new", "c", Queues(0)));
    }

    [Fact]
    public void What_was_let_expire_or_was_deleted_is_not_held_after_a_restart()
    {
        _locks.Take("g", "a", Queues(0));
        _locks.Take("deleted", "a", Queues(0));
        _locks.RemoveGroup("deleted");
        _time.Advance(TimeSpan.FromSeconds(61));
        _locks.Sweep();
        var again = Restart(isOrderly: false);
        Assert.Equal(Queues(0), again.Take("g", "b", Queues(0)));
        Assert.Equal(Queues(0), again.Take("deleted", "b", Queues(0)));
    }

    [Fact]
    public void The_file_grows_with_the_locks_and_not_with_their_changes()
    {
        for (var i = 0; i < 5_000; i++)
        {
            _locks.Take("g", "a", Queues(0));
            _locks.Release("g", "a", Queues(0));
        }
        _locks.Take("g", "b", Queues(1));
        _locks.Persist();
        Assert.Single(Lines());
        Assert.Empty(Restart(isOrderly: false).Take("g", "a", Queues(1)));
    }

    [Fact]
    public void Renewals_write_nothing()
    {
        _locks.Take("g", "a", Queues(0, 1));
        var writes = _files.Writes;
        _locks.Take("g", "a", Queues(0, 1));
        _locks.Take("g", "b", Queues(0, 1));
        Assert.Equal(writes, _files.Writes);
    }

    [Fact]
    public void A_line_that_a_crash_cut_off_costs_nothing_but_itself()
    {
        _locks.Take("g", "a", Queues(0));
        _locks.Take("g", "b", Queues(1));
        _files.Replace(Journal, _files.Content(Journal)[..^5]);
        var again = Open(_files.AfterKill());
        Assert.Equal(Queues(1), again.Take("g", "c", Queues(0, 1)));
    }

    [Fact]
    public void What_could_not_be_written_is_written_by_the_next_persist()
    {
        _files.BeforeWrite = _ => throw new IOException("no space");
        Assert.Equal(Queues(0), _locks.Take("g", "a", Queues(0)));
        Assert.Contains(_log.All, line => line.Contains("config/queueLocks", StringComparison.Ordinal));
        _files.BeforeWrite = _ => { };
        _locks.Persist();
        Assert.Empty(Restart(isOrderly: false).Take("g", "b", Queues(0)));
    }

    QueueLocks Restart(bool isOrderly)
    {
        if (!isOrderly)
            return Open(_files.AfterKill());
        _locks.Persist();
        return Open(_files.AfterPowerCut(new Random(1)));
    }

    QueueLocks Open(ForgetfulFileSystem files) => new(new ConfigFolder(files, "/store"), _meter, _time, _log);

    string[] Lines() =>
        System.Text.Encoding.UTF8.GetString(_files.Content(Journal)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static MessageQueue Queue(int id) => new("orders", "broker-a", id);

    static MessageQueue[] Queues(params int[] ids) => [.. ids.Select(Queue)];
}
