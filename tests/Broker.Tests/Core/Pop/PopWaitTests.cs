using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.Pop.PopBroker;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pop;

public sealed class PopWaitTests : PopTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_pop_waits_for_the_next_message(int queueId)
    {
        var waiting = await HoldAsync(("queueId", queueId));
        await _broker.SendAsync("a");
        Assert.Equal(["a"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task One_message_wakes_one_pop()
    {
        var first = await HoldAsync();
        var second = await HoldAsync();
        await _broker.SendAsync("a");
        Assert.Equal(["a"], Messages(await first).Select(m => m.Text));
        Assert.False(second.IsCompleted);
        await _broker.SendAsync("b");
        Assert.Equal(["b"], Messages(await second).Select(m => m.Text));
    }

    [Fact]
    public async Task A_message_that_is_not_wanted_wakes_nobody()
    {
        var waiting = await HoldAsync(("exp", "wanted"), ("expType", "TAG"));
        await _broker.Broker.SendAsync(Topic, "x", properties: "TAGS=other");
        Assert.False(waiting.IsCompleted);
        await _broker.Broker.SendAsync(Topic, "y", properties: "TAGS=wanted");
        Assert.Equal(["y"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task A_pop_that_waited_in_vain_is_answered_a_moment_before_its_time_is_up()
    {
        var waiting = await HoldAsync();
        _broker.Time.Advance(TimeSpan.FromMilliseconds(14_949));
        Assert.Equal(1, _broker.Node.HeldPops);
        _broker.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ResponseCode.PollingTimeout, (await waiting).Code);
    }

    [Fact]
    public async Task When_too_many_wait_the_next_is_answered_with_209()
    {
        await using var broker = await PopBroker.StartAsync(("maxPopPollingSize", "1"));
        _ = broker.PopAsync(("pollTime", 15_000));
        await UntilAsync(() => broker.Node.HeldPops == 1);
        Assert.Equal(ResponseCode.PollingFull, (await broker.PopAsync(("pollTime", 15_000))).Code);
        _ = NotifyAsync(broker, 15_000);
        var notified = await NotifyAsync(broker, 15_000);
        Assert.Equal(("false", "true"), (notified.Text("hasMsg"), notified.Text("pollingFull")));
    }

    [Fact]
    public async Task Of_one_group_and_queue_1024_may_wait()
    {
        var waiting = new List<Task<RemotingResponse>>();
        for (var i = 0; i < 1024; i++)
            waiting.Add(_broker.PopAsync(("pollTime", 15_000)));
        await UntilAsync(() => _broker.Node.HeldPops == 1024);
        Assert.Equal(ResponseCode.PollingFull, (await _broker.PopAsync(("pollTime", 15_000))).Code);
        var info = await _broker.Broker.CallAsync(
            RequestCode.PollingInfo,
            ("consumerGroup", Group),
            ("topic", Topic),
            ("queueId", 0)
        );
        Assert.Equal(1024, info.Long("pollingNum"));
        _broker.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(ResponseCode.PollingTimeout, answer.Code));
    }

    [Fact]
    public async Task The_way_back_to_files_is_answered_because_everything_is_there() =>
        Assert.Equal(ResponseCode.Success, (await _broker.Broker.CallAsync(RequestCode.PopRollback)).Code);

    [Fact]
    public async Task What_a_closed_connection_waited_for_is_forgotten()
    {
        await using (var client = await _broker.Broker.ConnectAsync())
        {
            var fields = new Broker.Protocol.Headers.FieldList
            {
                { "consumerGroup", Group },
                { "topic", Topic },
                { "queueId", 0 },
                { "maxMsgNums", 1 },
                { "invisibleTime", 1000 },
                { "pollTime", 15_000 },
                { "bornTime", _broker.Now },
                { "initMode", 0 },
            };
            _ = client.InvokeAsync(RequestCode.PopMessage, fields, default, Patience);
            await UntilAsync(() => _broker.Node.HeldPops == 1);
        }
        await UntilAsync(() => _broker.Node.HeldPops == 0);
    }

    [Fact]
    public async Task A_retry_wakes_who_waits_for_the_topic()
    {
        await _broker.SendAsync("a");
        await _broker.TakeAsync(["a"], ("invisibleTime", 10_000));
        var waiting = await HoldAsync();
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(11), 1);
        Assert.Equal(["a"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task A_notification_says_at_once_or_later_that_there_is_something()
    {
        Assert.Equal("false", (await NotifyAsync(_broker, 0)).Text("hasMsg"));
        var waiting = NotifyAsync(_broker, 15_000);
        await _broker.TakeAsync([]);
        Assert.False(waiting.IsCompleted);
        await _broker.SendAsync("a");
        var answer = await waiting;
        Assert.Equal(("true", "false"), (answer.Text("hasMsg"), answer.Text("pollingFull")));
        Assert.Equal("true", (await NotifyAsync(_broker, 0)).Text("hasMsg"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task Of_several_notifications_the_newest_is_answered_first(int queueId)
    {
        var waiting = new List<Task<RemotingResponse>>();
        for (var i = 1; i <= 3; i++)
        {
            waiting.Add(NotifyAsync(_broker, 15_000, queueId));
            await UntilAsync(() => _broker.Node.HeldNotifications == i);
        }
        for (var left = waiting.Count; left > 0; left--)
        {
            await _broker.SendAsync("a");
            Assert.Equal("true", (await waiting[left - 1]).Text("hasMsg"));
            Assert.Equal(left - 1, _broker.Node.HeldNotifications);
        }
    }

    [Fact]
    public async Task No_message_is_missed_between_looking_and_waiting()
    {
        const int rounds = 1000;
        var reading = Task.Run(async () =>
        {
            var texts = new List<string>();
            while (texts.Count < rounds)
                texts.AddRange(Messages(await _broker.PopAsync(("pollTime", 15_000))).Select(m => m.Text));
            return texts;
        });
        await using var sender = await _broker.Broker.ConnectAsync();
        for (var i = 0; i < rounds; i++)
            await sender.InvokeAsync(RequestCode.SendMessage, SendFields(Topic), new byte[] { 65 }, Patience);
        Assert.Equal(rounds, (await reading).Count);
    }

    static Task<RemotingResponse> NotifyAsync(PopBroker broker, int pollTime, int queueId = -1) =>
        broker.Broker.CallAsync(
            RequestCode.Notification,
            ("consumerGroup", Group),
            ("topic", Topic),
            ("queueId", queueId),
            ("pollTime", pollTime),
            ("bornTime", broker.Now)
        );
}
