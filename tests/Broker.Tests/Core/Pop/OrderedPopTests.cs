using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.Pop.PopBroker;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pop;

public sealed class OrderedPopTests() : PopTest("a", "b", "c")
{
    [Fact]
    public async Task The_next_messages_wait_until_all_before_are_acknowledged()
    {
        var first = await _broker.TakeAsync(["a", "b"], Ordered, ("maxMsgNums", 2));
        Assert.Equal(999, first.Long("reviveQid"));
        Assert.Equal("0 0 0", first.Text("orderCountInfo"));
        await _broker.TakeAsync([], Ordered);
        await _broker.AckAsync(first, 1);
        Assert.Equal(0, _broker.Committed());
        await _broker.TakeAsync([], Ordered);
        await _broker.AckAsync(first, 0);
        Assert.Equal(2, _broker.Committed());
        await _broker.TakeAsync(["c"], Ordered);
    }

    [Fact]
    public async Task When_their_time_is_over_they_come_again_and_are_counted()
    {
        var first = await _broker.TakeAsync(["a", "b"], Ordered, ("maxMsgNums", 2));
        await _broker.AckAsync(first, 0);
        _broker.Time.Advance(TimeSpan.FromSeconds(60));
        var again = await _broker.TakeAsync(["b", "c"], Ordered);
        Assert.Equal("0 qo0%1 1;0 0 0", again.Text("orderCountInfo"));
    }

    [Fact]
    public async Task The_same_attempt_gets_the_same_messages()
    {
        await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1), ("attemptId", "x"));
        await _broker.TakeAsync([], Ordered, ("maxMsgNums", 1), ("attemptId", "y"));
        var again = await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1), ("attemptId", "x"));
        Assert.Equal("0 0 0", again.Text("orderCountInfo"));
    }

    [Fact]
    public async Task Who_waits_is_woken_by_the_last_acknowledgement()
    {
        var first = await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1));
        var waiting = await HoldAsync(Ordered);
        await _broker.AckAsync(first, 0);
        Assert.Equal(["b", "c"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task Who_waits_is_woken_when_the_time_is_over()
    {
        await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1), ("invisibleTime", 5_000));
        var waiting = await HoldAsync(Ordered);
        _broker.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["a", "b", "c"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task A_new_invisible_time_counts_from_now()
    {
        var first = await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1));
        _broker.Time.Advance(TimeSpan.FromSeconds(10));
        var changed = await _broker.ChangeAsync(first, 0, 5_000);
        Assert.Equal(first.Long("popTime"), changed.Long("popTime"));
        Assert.Equal(15_000, changed.Long("invisibleTime"));
        Assert.Equal(999, changed.Long("reviveQid"));
        await _broker.TakeAsync([], Ordered);
        _broker.Time.Advance(TimeSpan.FromSeconds(5));
        await _broker.TakeAsync(["a", "b", "c"], Ordered);
    }

    [Fact]
    public async Task What_is_not_out_cannot_be_acknowledged()
    {
        var first = await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1));
        var answer = await _broker.AckAsync(first, 2);
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.StartsWith(
            "offset is illegal, key:orders@poppers@0, old:0, commit:2, next:-1, /127.0.0.1:",
            answer.Remark,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_acknowledgement_of_an_earlier_pop_changes_nothing()
    {
        var first = await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1));
        _broker.Time.Advance(TimeSpan.FromSeconds(60));
        await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1));
        Assert.Equal(ResponseCode.Success, (await _broker.AckAsync(first, 0)).Code);
        Assert.Equal(0, _broker.Committed());
    }
}
