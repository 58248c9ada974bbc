using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Retry;

/// <summary>Whose number of retries counts where <c>retryMaxTimesFrom</c> is LAST_MEMBER.</summary>
public sealed class RetryLimitsTests : BrokerTest
{
    const string Group = "readers";
    readonly List<RemotingClient> _members = [];
    readonly SteppedTime _time = new();

    public override async ValueTask InitializeAsync() => Target = await StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task The_number_of_the_member_that_was_started_last_counts_for_all()
    {
        await JoinAsync("a", Running(startedMs: 200, number: 0));
        await TestBroker.UntilAsync(() => Limit("a", 16) == 0);
        // An older one that joins later changes nothing.
        await JoinAsync("b", Running(startedMs: 100, number: 5));
        await AnsweredAsync();
        Assert.Equal((0, 0), (Limit("a", 16), Limit("b", 5)));
        await Target.SendAsync("orders", "body");
        await SendBackAsync(_members[1], maxReconsumeTimes: 5);
        Assert.Single(await Target.AwaitAsync("%DLQ%readers", group: "TOOLS_CONSUMER"));

        await JoinAsync("c", Running(startedMs: 300, number: 2));
        await TestBroker.UntilAsync(() => Limit("a", 0) == 2);
        // What members send to their retry topic themselves goes by the same number.
        await Target.SendAsync("%RETRY%readers", "3", other: [("reconsumeTimes", 3), ("maxReconsumeTimes", 16)]);
        Assert.Equal("3", (await Target.AwaitAsync("%DLQ%readers", 1, group: "TOOLS_CONSUMER"))[0].Text);
    }

    [Fact]
    public async Task A_member_without_a_number_changes_nothing()
    {
        await JoinAsync("a", Running(startedMs: 100, number: 3));
        await TestBroker.UntilAsync(() => Limit("a", 16) == 3);
        await JoinAsync("b", Running(startedMs: 200, number: -1));
        await AnsweredAsync();
        Assert.Equal(3, Limit("b", 16));
    }

    [Fact]
    public async Task Until_anybody_says_a_number_the_senders_counts_and_then_the_groups()
    {
        await JoinAsync("a", Running(startedMs: 100, number: -1));
        await AnsweredAsync();
        Assert.Equal((7, 16), (Limit("a", 7), Limit("a", -1)));
    }

    [Fact]
    public async Task A_member_that_says_only_its_start_counts_with_what_it_sends_back_with()
    {
        await JoinAsync("a", Running(startedMs: 200, number: null));
        await JoinAsync("b", Running(startedMs: 100, number: null));
        await AnsweredAsync();
        Assert.Equal(6, Limit("b", 6));
        Assert.Equal(4, Limit("a", 4));
        Assert.Equal(4, Limit("b", 6));
    }

    [Theory]
    [InlineData("{}", ResponseCode.SystemError)]
    [InlineData("not JSON", ResponseCode.Success)]
    [InlineData("", ResponseCode.Success)]
    public async Task A_member_that_says_nothing_counts_from_when_it_joined(string body, ResponseCode code)
    {
        await JoinAsync("a", body, code);
        await AnsweredAsync();
        Assert.Equal(6, Limit("a", 6));
        await JoinAsync("b", body, code);
        await AnsweredAsync();
        Assert.Equal(4, Limit("b", 4));
        Assert.Equal(4, Limit("a", 6));
    }

    [Fact]
    public async Task An_old_member_that_has_not_answered_yet_says_nothing()
    {
        await JoinAsync("a", body: null);
        Assert.Equal((1, 6), (Target.Node.Retries.Asking, Limit("a", 6)));
        await JoinAsync("b", Running(startedMs: 100, number: 2));
        await TestBroker.UntilAsync(() => Limit("b", 16) == 2);
        Assert.Equal(2, Limit("a", 6));

        // After five seconds nobody waits for it any more: it counts from when it joined.
        _time.Advance(TimeSpan.FromSeconds(5));
        await AnsweredAsync();
        Assert.Equal(6, Limit("a", 6));
    }

    [Fact]
    public async Task A_clock_that_is_ahead_keeps_nobody_out()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await JoinAsync("a", Running(now + 86_400_000, number: 3));
        await TestBroker.UntilAsync(() => Limit("a", 16) == 3);
        await JoinAsync("b", Running(now + 2_000, number: 2));
        await TestBroker.UntilAsync(() => Limit("b", 16) == 2);
    }

    [Fact]
    public async Task What_was_said_outlasts_the_member_and_a_restart_but_not_the_group()
    {
        await JoinAsync("a", Running(startedMs: 200, number: 2));
        await TestBroker.UntilAsync(() => Limit("a", 16) == 2);
        await LeaveAsync();
        await Target.StopAsync();
        Target = await StartAsync();

        await JoinAsync("b", Running(startedMs: 100, number: 9));
        await AnsweredAsync();
        Assert.Equal(2, Limit("b", 9));

        (await Target.CallAsync(RequestCode.DeleteSubscriptionGroup, ("groupName", Group))).EnsureSuccess();
        var again = new SubscriptionGroupConfig { GroupName = Group };
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, again.ToJson());
        Assert.Equal(9, Limit("b", 9));
    }

    [Theory]
    [InlineData("SENDER")]
    [InlineData("GROUP")]
    public async Task Nobody_is_asked_where_it_does_not_count(string from)
    {
        await Target.StopAsync();
        Target = await StartAsync(from);
        var client = new AnsweringClient().With(RequestCode.GetConsumerRunningInfo, Running(100, 3));
        _members.Add(await client.JoinAsync(Target, "a", Group, "orders"));
        Assert.Equal(from == "GROUP" ? 16 : 5, Limit("a", 5));
        Assert.Empty(client.Asked);
    }

    Task<TestBroker> StartAsync(string from = "LAST_MEMBER") =>
        TestBroker.StartAsync(Folder.Path, _time, ("retryMaxTimesFrom", from));

    static string Running(long startedMs, int? number)
    {
        var own = number is null ? "" : $",\"maxReconsumeTimes\":\"{number}\"";
        return $$"""{"properties":{"PROP_CONSUMER_START_TIMESTAMP":"{{startedMs}}"{{own}} } }""";
    }

    /// <summary>Joins a second after the one before, and answers what it does; not at all with a null body.</summary>
    async Task JoinAsync(string clientId, string? body, ResponseCode code = ResponseCode.Success)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var client = new AnsweringClient().With(RequestCode.GetConsumerRunningInfo, body, code);
        _members.Add(await client.JoinAsync(Target, clientId, Group, "orders"));
        var (_, fields, _) = await client.AwaitAsync(RequestCode.GetConsumerRunningInfo);
        Assert.Equal((Group, clientId, "false"), (fields["consumerGroup"], fields["clientId"], fields["jstackEnable"]));
    }

    async Task LeaveAsync()
    {
        foreach (var member in _members)
            await member.DisposeAsync();
        _members.Clear();
    }

    /// <summary>What counts for a message that a member sends back now.</summary>
    int Limit(string clientId, int asked)
    {
        Assert.True(Target.Node.Groups.TryGet(Encoding.UTF8.GetBytes(Group), out var group));
        Assert.True(Target.Node.Consumers.TryGet(Encoding.UTF8.GetBytes(Group), out var members));
        return Target.Node.Retries.Of(group, members.Client(clientId)!.Value.Connection, asked);
    }

    Task AnsweredAsync() => TestBroker.UntilAsync(() => Target.Node.Retries.Asking == 0);

    static async Task SendBackAsync(RemotingClient member, int maxReconsumeTimes) =>
        (
            await member.InvokeAsync(
                RequestCode.ConsumerSendMsgBack,
                new()
                {
                    { "offset", 0 },
                    { "group", Group },
                    { "delayLevel", 0 },
                    { "maxReconsumeTimes", maxReconsumeTimes },
                }
            )
        ).EnsureSuccess();
}
