using System.Diagnostics.Metrics;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Tests.Remoting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Core.Groups;

public sealed class SlowConsumersTests : BrokerTest
{
    const string Group = "slow";
    readonly Meter _meter = new("test");

    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(
            Folder.Path,
            ("disableConsumeIfConsumerReadSlowly", "true"),
            ("consumerFallbehindThreshold", "1000")
        );
        for (var i = 0; i < 20; i++)
            await Target.SendAsync("orders", $"{i}");
        await Target.PullAsync("orders", group: Group);
        await CommitAsync(1);
    }

    public override ValueTask DisposeAsync()
    {
        _meter.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task A_member_that_reads_far_behind_may_not_consume_and_is_told_why()
    {
        await JoinAsync();
        await Target.PullAsync("orders", offset: 1, group: Group, other: ("maxMsgNums", 1));
        Look();
        var answer = await Target.PullAsync("orders", offset: 2, group: Group);
        Assert.Equal(ResponseCode.NoPermission, answer.Code);
        Assert.Matches(
            "^subscription group no permission, slow: it was \\d{4} bytes of log behind in queue 0 of topic orders, "
                + "more than consumerFallbehindThreshold \\(1000\\)",
            answer.Remark
        );
    }

    [Fact]
    public async Task An_administrator_allows_it_again()
    {
        await JoinAsync();
        Look();
        var config = new SubscriptionGroupConfig { GroupName = Group };
        await Target.Client.InvokeAsync(
            RequestCode.UpdateAndCreateSubscriptionGroup,
            null,
            config.ToJson(),
            TestBroker.Patience
        );
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("orders", offset: 1, group: Group)).Code);
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("orders", offset: 1, group: Group)).Code);
    }

    [Fact]
    public async Task It_stays_so_over_a_restart()
    {
        await JoinAsync();
        Look();
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Equal(ResponseCode.NoPermission, (await Target.PullAsync("orders", offset: 1, group: Group)).Code);
    }

    [Fact]
    public async Task What_was_read_and_not_committed_yet_is_not_behind()
    {
        await JoinAsync();
        await Target.PullAsync("orders", offset: 1, group: Group);
        Assert.True(MayConsumeAfterLook());
    }

    [Fact]
    public void A_group_that_is_not_online_is_left_alone() => Assert.True(MayConsumeAfterLook());

    [Fact]
    public async Task Nothing_happens_unless_it_is_switched_on()
    {
        await JoinAsync();
        Assert.Null(BrokerConfig.TryChange(Target.Node.Options, [new("disableConsumeIfConsumerReadSlowly", "false")]));
        Assert.True(MayConsumeAfterLook());
    }

    [Fact]
    public async Task The_broker_looks_every_three_minutes()
    {
        using var folder = new TestFolder();
        var time = new SteppedTime();
        await using var broker = await TestBroker.StartAsync(
            folder.Path,
            time,
            ("disableConsumeIfConsumerReadSlowly", "true"),
            ("consumerFallbehindThreshold", "100")
        );
        await broker.SendAsync("orders", "a");
        await broker.SendAsync("orders", "b");
        await broker.PullAsync("orders", group: Group, other: ("maxMsgNums", 1));
        await broker.CallAsync(
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", Group),
            ("topic", "orders"),
            ("queueId", 0),
            ("commitOffset", 0)
        );
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (await MayPullAsync(broker))
        {
            // What is due is done on threads of the broker's own.
            await Task.Delay(1, limit.Token);
            time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.True(time.GetElapsedTime(0) >= TimeSpan.FromMinutes(3));
    }

    /// <summary>As a member that does not fall silent.</summary>
    static async Task<bool> MayPullAsync(TestBroker broker)
    {
        await Heartbeats.SendAsync(broker.Client, Heartbeats.Consumer("c", Group, Heartbeats.To("orders")));
        return (await broker.PullAsync("orders", group: Group, other: ("maxMsgNums", 1))).Code
            != ResponseCode.NoPermission;
    }

    bool MayConsumeAfterLook()
    {
        Look();
        Assert.True(Target.Node.Groups.TryGet(Encoding.UTF8.GetBytes(Group), out var group));
        return group.Config.ConsumeEnable;
    }

    void Look() =>
        new SlowConsumers(
            Target.Node.Options,
            Target.Node.Store,
            Target.Node.Topics,
            Target.Node.Groups,
            Target.Node.Consumers,
            Target.Node.Offsets,
            _meter,
            NullLogger.Instance
        ).Look();

    async Task JoinAsync() =>
        (
            await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c", Group, Heartbeats.To("orders")))
        ).EnsureSuccess();

    Task<RemotingResponse> CommitAsync(long offset) =>
        Target.CallAsync(
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", Group),
            ("topic", "orders"),
            ("queueId", 0),
            ("commitOffset", offset)
        );
}
