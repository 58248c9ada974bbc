using Broker.Protocol;
using Xunit;

namespace Broker.Tests.Core.Delay;

public sealed class DelayTests : BrokerTest
{
    public override async ValueTask InitializeAsync() => Target = await StartAsync("1s");

    [Fact]
    public async Task A_delayed_message_arrives_not_before_its_time_and_as_it_was_sent()
    {
        var start = TimeProvider.System.GetTimestamp();
        var answer = await Target.SendAsync("orders", "later", 2, "DELAY=1 KEYS=k own=x");
        Assert.Equal((ResponseCode.Success, "2"), (answer.Code, answer.Fields["queueId"]));
        var message = Assert.Single(await Target.AwaitAsync("orders", 0, 2));
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(990));
        Assert.Equal(("later", "k", "x"), (message.Text, message.Properties["KEYS"], message.Properties["own"]));
        Assert.Equal("1", message.Properties["DELAY"]);
    }

    [Fact]
    public async Task The_order_within_a_level_is_kept()
    {
        for (var i = 0; i < 200; i++)
            await Target.SendAsync("orders", $"{i}", 0, "DELAY=2");
        var all = new List<string>();
        while (all.Count < 200)
            all.AddRange((await Target.AwaitAsync("orders", all.Count, 0)).Select(message => message.Text));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), all);
    }

    [Fact]
    public async Task A_level_beyond_the_last_is_the_last()
    {
        await Target.SendAsync("orders", "later", 0, "DELAY=99");
        Assert.Equal(1, Pending(18));
        Assert.Equal("later", Assert.Single(await Target.AwaitAsync("orders", 0, 0)).Text);
    }

    [Fact]
    public async Task Waiting_messages_survive_a_restart_and_delivered_ones_are_not_repeated()
    {
        await Target.SendAsync("orders", "first", 0, "DELAY=1");
        await Target.AwaitAsync("orders", 0, 0);
        await Target.StopAsync();
        Target = await StartAsync("1h");
        await Target.SendAsync("orders", "second", 0, "DELAY=1");
        await Target.StopAsync();
        Assert.Contains("1:1", await File.ReadAllTextAsync(OffsetFile()), StringComparison.Ordinal);
        Target = await StartAsync("1s");
        var message = Assert.Single(await Target.AwaitAsync("orders", 1, 0));
        Assert.Equal("second", message.Text);
        Assert.Empty(TestBroker.Messages(await Target.PullAsync("orders", 2)));
    }

    [Fact]
    public async Task Slaves_get_the_offsets_of_the_levels()
    {
        await Target.SendAsync("orders", "first", 0, "DELAY=3");
        await Target.AwaitAsync("orders", 0, 0);
        var body = System.Text.Encoding.UTF8.GetString(
            (await Target.CallAsync(RequestCode.GetAllDelayOffset)).Body.Span
        );
        Assert.Contains("\"offsetTable\":{3:1}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_may_send_to_the_schedule_topic_itself()
    {
        var answer = await Target.SendAsync("SCHEDULE_TOPIC_XXXX", "forged");
        Assert.Equal(ResponseCode.NoPermission, answer.Code);
    }

    [Fact]
    public async Task A_forged_place_is_overruled()
    {
        await Target.SendAsync("orders", "later", 0, "REAL_TOPIC=stock REAL_QID=7 DELAY=1");
        Assert.Equal("later", Assert.Single(await Target.AwaitAsync("orders", 0, 0)).Text);
    }

    Task<TestBroker> StartAsync(string delay) =>
        TestBroker.StartAsync(Folder.Path, ("messageDelayLevel", string.Join(' ', Enumerable.Repeat(delay, 18))));

    long Pending(int level) => Target.Node.Delays.QueueOf(level).MaxOffset.Value;

    string OffsetFile() => Directory.GetFiles(Folder.Path, "delayOffset.json", SearchOption.AllDirectories).Single();
}
