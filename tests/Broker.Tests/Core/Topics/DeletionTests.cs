using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Topics;

/// <summary>A topic or group that was deleted leaves nothing to the next one of its name.</summary>
public sealed class DeletionTests : BrokerTest
{
    const string Topic = "orders";
    const string Group = "readers";

    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path, ("enablePropertyFilter", "true"));
        await Target.SendAsync(Topic, "a");
        await Target.SendAsync(Topic, "b");
    }

    static SubscriptionData Sql { get; } =
        new()
        {
            Topic = Topic,
            SubString = "price > 5",
            ExpressionType = "SQL92",
            SubVersion = 1,
        };

    public static TheoryData<bool> Both => new(true, false);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Its_queue_locks_end(bool isTopic)
    {
        // Makes the group.
        await Target.PullAsync(Topic, group: Group);
        Assert.Contains("\"queueId\":0", await LockAsync("a"));
        Assert.DoesNotContain("queueId", await LockAsync("b"));
        await RenewAsync(isTopic);
        Assert.Contains("\"queueId\":0", await LockAsync("b"));
    }

    [Fact]
    public async Task The_locks_of_others_stay()
    {
        await LockAsync("a");
        await DeleteTopicAsync("another");
        await DeleteGroupAsync("another");
        Assert.DoesNotContain("queueId", await LockAsync("b"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Its_filters_are_forgotten_until_a_member_says_them_again(bool isTopic)
    {
        var heartbeat = Heartbeats.Consumer("c", Group, Sql);
        await Heartbeats.SendAsync(Target.Client, heartbeat);
        Assert.Equal(1, Target.Node.ConsumerFilters.Count);
        await RenewAsync(isTopic);
        Assert.Equal(0, Target.Node.ConsumerFilters.Count);
        await Heartbeats.SendAsync(Target.Client, heartbeat);
        Assert.Equal(1, Target.Node.ConsumerFilters.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Members_that_say_only_that_nothing_changed_are_asked_to_say_all(bool isTopic)
    {
        var full = Heartbeats.Consumer("c", Group, Sql) with { Fingerprint = 5 };
        var brief = Heartbeats.Consumer("c", Group) with { Fingerprint = 5, WithoutSubscriptions = true };
        await Heartbeats.SendAsync(Target.Client, full);
        Assert.Equal("false", (await Heartbeats.SendAsync(Target.Client, brief)).Fields["IS_SUB_CHANGE"]);
        await RenewAsync(isTopic);
        Assert.Equal("true", (await Heartbeats.SendAsync(Target.Client, brief)).Fields["IS_SUB_CHANGE"]);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Its_statistics_are_forgotten(bool isTopic)
    {
        await Target.PullAsync(Topic, group: Group);
        Assert.Equal(ResponseCode.Success, (await StatsAsync()).Code);
        await RenewAsync(isTopic);
        var gone = await StatsAsync();
        Assert.Equal("The stats <GROUP_GET_NUMS> <orders@readers> not exist", gone.Remark);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Ordered_pops_are_not_blocked_by_what_was_out_even_after_a_restart(bool isTopic)
    {
        Assert.Equal(["a"], await PopAsync());
        await RestartAsync();
        Assert.Empty(await PopAsync());
        await RenewAsync(isTopic);
        await RestartAsync();
        Assert.Equal([isTopic ? "c" : "a"], await PopAsync());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Ordered_pops_begin_anew_at_once(bool isTopic)
    {
        Assert.Equal(["a"], await PopAsync());
        await RenewAsync(isTopic);
        Assert.Equal([isTopic ? "c" : "a"], await PopAsync());
    }

    async Task RestartAsync()
    {
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
    }

    /// <summary>Deletes topic or group and makes it again; a new topic has one message.</summary>
    async Task RenewAsync(bool isTopic)
    {
        if (!isTopic)
        {
            await DeleteGroupAsync(Group);
            return;
        }
        await DeleteTopicAsync(Topic);
        (await Target.SendAsync(Topic, "c")).EnsureSuccess();
    }

    async Task DeleteTopicAsync(string topic) =>
        (await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", topic))).EnsureSuccess();

    async Task DeleteGroupAsync(string group) =>
        (
            await Target.CallAsync(RequestCode.DeleteSubscriptionGroup, ("groupName", group), ("cleanOffset", "true"))
        ).EnsureSuccess();

    async Task<string> LockAsync(string client)
    {
        var body = new QueueLockBody
        {
            Group = Group,
            ClientId = client,
            Queues = [new MessageQueue(Topic, "broker-a", 0)],
        };
        var answer = await Target.Client.InvokeAsync(RequestCode.LockBatchMq, null, body.ToJson(), TestBroker.Patience);
        return Encoding.UTF8.GetString(answer.Body.Span);
    }

    Task<RemotingResponse> StatsAsync() =>
        Target.CallAsync(
            RequestCode.ViewBrokerStatsData,
            ("statsName", "GROUP_GET_NUMS"),
            ("statsKey", $"{Topic}@{Group}")
        );

    async Task<IEnumerable<string>> PopAsync()
    {
        var answer = await Target.CallAsync(
            RequestCode.PopMessage,
            ("consumerGroup", Group),
            ("topic", Topic),
            ("queueId", 0),
            ("maxMsgNums", 1),
            ("invisibleTime", 60_000),
            ("pollTime", 0),
            ("bornTime", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
            ("initMode", 0),
            ("order", "true")
        );
        return [.. TestBroker.Messages(answer).Select(message => message.Text)];
    }
}
