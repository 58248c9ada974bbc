using System.Buffers;
using System.Text;
using Broker.Core.Groups;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Telemetry;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

/// <summary>Whether the members of a group subscribe to the same, as the broker tells who asks for it.</summary>
public sealed class AgreementTests : BrokerTest
{
    const string Group = "readers";
    readonly List<RemotingClient> _members = [];
    readonly LogLines _log = new();
    readonly SteppedTime _time = new();

    public override async ValueTask InitializeAsync() => Target = await TestBroker.StartAsync(Folder.Path, _time);

    public override async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
            await member.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("orders *", "orders a", "c subscribes to orders by \"a\" instead of \"*\"")]
    [InlineData("orders *", "stock *", "c subscribes not to orders, also to stock by \"*\"")]
    [InlineData("orders *,stock *", "orders *", "c subscribes not to stock")]
    [InlineData(
        "orders *",
        "orders b||a,stock *",
        "c subscribes to orders by \"a || b\" instead of \"*\", also to stock"
    )]
    [InlineData("orders a > 1", "orders a > 1 SQL92", "c subscribes to orders by \"SQL92 a > 1\" instead of \"a > 1\"")]
    [InlineData("orders a CLASS", "orders a", "c subscribes to orders by \"a\" instead of \"CLASS a\"")]
    [InlineData("orders a > 1 SQL92", "orders a > 2 SQL92", "c subscribes to orders by \"SQL92 a > 2\" instead of")]
    public async Task Members_that_want_different_things_are_named_with_what_they_want(
        string most,
        string other,
        string expected
    )
    {
        await BeatAsync(await JoinAsync(), "a", Wants(most));
        await BeatAsync(await JoinAsync(), "b", Wants(most));
        Assert.Equal(("", "1"), (await DifferenceAsync(), Metric()));
        await BeatAsync(await JoinAsync(), "c", Wants(other));
        Assert.StartsWith("unlike a, b, " + expected, await DifferenceAsync(), StringComparison.Ordinal);
        Assert.Equal("0", Metric());
    }

    [Theory]
    [InlineData("orders a||b", "orders  b ||  a || ")]
    [InlineData("orders *", "orders ")]
    [InlineData("orders a", "orders a,%RETRY%readers *")]
    [InlineData("orders *,stock a", "stock a,orders *")]
    [InlineData("", "%RETRY%readers *")]
    public async Task Ways_to_say_the_same_are_no_difference(string one, string other)
    {
        await BeatAsync(await JoinAsync(), "a", Wants(one));
        await BeatAsync(await JoinAsync(), "b", [.. Wants(other).Select(wanted => wanted with { SubVersion = 9 })]);
        Assert.Equal(("", "1"), (await DifferenceAsync(), Metric()));
    }

    [Fact]
    public async Task A_member_that_says_what_the_others_say_ends_the_difference()
    {
        await BeatAsync(await JoinAsync(), "a", Wants("orders *"));
        var other = await JoinAsync();
        await BeatAsync(other, "b", Wants("orders a"));
        Assert.NotEmpty((await DifferenceAsync())!);
        await BeatAsync(other, "b", Wants("orders *"));
        Assert.Equal("", await DifferenceAsync());
    }

    [Theory]
    [InlineData("unregisters")]
    [InlineData("hangs up")]
    [InlineData("falls silent")]
    public async Task A_member_that_leaves_ends_the_difference(string how)
    {
        var stays = await JoinAsync();
        var leaves = await JoinAsync();
        await BeatAsync(leaves, "b", Wants("orders a"));
        await BeatAsync(stays, "a", Wants("orders *"));
        Assert.NotEmpty((await DifferenceAsync())!);
        if (how == "unregisters")
            await leaves.InvokeAsync(
                RequestCode.UnregisterClient,
                new() { { "clientID", "b" }, { "consumerGroup", Group } }
            );
        else if (how == "hangs up")
            await leaves.DisposeAsync();
        else
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await BeatAsync(stays, "a", Wants("orders *"));
            Assert.Equal(1, Target.Node.Consumers.CloseSilent(TimeSpan.FromSeconds(1)));
        }
        await TestBroker.UntilAsync(async () => await DifferenceAsync() is "");
        Assert.Equal("1", Metric());
    }

    [Fact]
    public async Task A_group_without_members_has_no_figure_and_nothing_to_tell()
    {
        var member = await JoinAsync();
        await BeatAsync(member, "a", Wants("orders *"));
        await member.DisposeAsync();
        await TestBroker.UntilAsync(() => Metric() is null);
        var answer = await AskAsync(("withSubscriptionDifference", "true"));
        Assert.Equal(ResponseCode.ConsumerNotOnline, answer.Code);
    }

    [Fact]
    public async Task A_new_connection_that_says_that_nothing_changed_wants_what_was_said_with_that_hash()
    {
        var full = Heartbeats.Consumer("a", Group, Wants("orders *")) with { Fingerprint = 5 };
        var brief = Heartbeats.Consumer("b", Group) with { Fingerprint = 5, WithoutSubscriptions = true };
        await Heartbeats.SendAsync(await JoinAsync(), full);
        await Heartbeats.SendAsync(await JoinAsync(), brief);
        await BeatAsync(await JoinAsync(), "c", Wants("orders a"));
        Assert.StartsWith("unlike a, b, c subscribes", await DifferenceAsync(), StringComparison.Ordinal);

        // With another hash it is not known, and is asked for.
        var unknown = brief with
        {
            ClientId = "d",
            Fingerprint = 6,
        };
        var answer = await Heartbeats.SendAsync(await JoinAsync(), unknown);
        Assert.Equal("true", answer.Fields["IS_SUB_CHANGE"]);
        Assert.DoesNotContain("d", (await DifferenceAsync())!.Split("subscribes")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_ask_gets_what_Apache_gives()
    {
        await BeatAsync(await JoinAsync(), "a", Wants("orders *"));
        var answer = await AskAsync();
        Assert.DoesNotContain("Difference", Encoding.UTF8.GetString(answer.Body.Span), StringComparison.Ordinal);
        Assert.Null(ConsumerConnection.Parse(answer.Body.Span).SubscriptionDifference);
    }

    [Fact]
    public async Task Groups_of_tools_are_not_compared()
    {
        await BeatAsync(await JoinAsync(), "a", Wants("orders *"), "TOOLS_CONSUMER");
        await BeatAsync(await JoinAsync(), "b", Wants("orders a"), "TOOLS_CONSUMER");
        Assert.Null(await DifferenceAsync("TOOLS_CONSUMER"));
        Assert.Null(Metric("TOOLS_CONSUMER"));
    }

    [Fact]
    public async Task The_log_tells_once_that_members_differ_and_once_that_they_agree_again()
    {
        var watch = new AgreementWatch(Target.Node.Groups, Target.Node.Consumers, _log);
        await BeatAsync(await JoinAsync(), "a", Wants("orders *"));
        var other = await JoinAsync();
        await BeatAsync(other, "b", Wants("orders a"));
        watch.Look();
        watch.Look();
        Assert.Equal(
            "The members of group readers do not subscribe to the same: unlike a, b subscribes to orders by \"a\" "
                + "instead of \"*\". Messages are missed until all do",
            Assert.Single(_log.All)
        );
        await BeatAsync(other, "b", Wants("orders *"));
        watch.Look();
        watch.Look();
        Assert.Equal("All members of group readers subscribe to the same again", _log.All[^1]);
        Assert.Equal(2, _log.All.Count);
    }

    [Fact]
    public async Task What_lasts_for_a_moment_is_not_told_and_many_groups_are_told_bit_by_bit()
    {
        var watch = new AgreementWatch(Target.Node.Groups, Target.Node.Consumers, _log);
        var (one, other) = (await JoinAsync(), await JoinAsync());
        for (var i = 0; i < 30; i++)
        {
            await BeatAsync(one, "a", Wants("orders *"), $"g{i}");
            await BeatAsync(other, "b", Wants("orders a"), $"g{i}");
        }
        await BeatAsync(other, "b", Wants("orders *"), "g29");
        watch.Look();
        Assert.Equal(20, _log.All.Count);
        watch.Look();
        Assert.Equal(29, _log.All.Distinct().Count());
        Assert.DoesNotContain(_log.All, line => line.Contains("g29", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sentence_is_short_whatever_members_and_topics_are_called()
    {
        var agreement = new Agreement(Group);
        var random = new Random(1);
        var sentence = Agreement.Difference(
            Enumerable
                .Range(0, 300)
                .Select(i => new GroupMember(null!)
                {
                    ClientId = $"{i}" + new string('x', 300),
                    Wanted = agreement.Heard(
                        null,
                        [Heartbeats.To(new string('t', random.Next(1, 9)) + new string('y', 200))]
                    ),
                })
        );
        Assert.InRange(sentence.Length, 100, 900);
        Assert.Contains(" more", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_heartbeat_that_says_nothing_new_costs_no_memory()
    {
        var agreement = new Agreement(Group);
        SubscriptionData[] said = [.. Wants("orders a||b,stock *,bills a > 1 SQL92"), Heartbeats.To("%RETRY%readers")];
        SubscriptionData[] same = [.. Wants("bills a > 1 SQL92,stock *,orders b || a")];
        var wanted = agreement.Heard(null, said);
        Assert.Same(wanted, agreement.Heard(wanted, same));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            wanted = agreement.Heard(wanted, said);
            wanted = agreement.Heard(wanted, same);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, wanted!.Members);
    }

    /// <summary><c>topic expression [type]</c>, with commas.</summary>
    static SubscriptionData[] Wants(string text) =>
        [
            .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(one =>
                {
                    var (topic, rest) = (one[..one.IndexOf(' ')], one[(one.IndexOf(' ') + 1)..]);
                    var type = rest.EndsWith(" SQL92", StringComparison.Ordinal) ? "SQL92" : "TAG";
                    var isClass = rest.EndsWith(" CLASS", StringComparison.Ordinal);
                    return Heartbeats.To(topic, 1, rest.Replace(" SQL92", "").Replace(" CLASS", "")) with
                    {
                        ExpressionType = type,
                        ClassFilterMode = isClass,
                    };
                }),
        ];

    async Task<RemotingClient> JoinAsync()
    {
        var member = await Target.ConnectAsync();
        _members.Add(member);
        return member;
    }

    static async Task BeatAsync(
        RemotingClient member,
        string clientId,
        SubscriptionData[] wanted,
        string group = Group
    ) => (await Heartbeats.SendAsync(member, Heartbeats.Consumer(clientId, group, wanted))).EnsureSuccess();

    async Task<string?> DifferenceAsync(string group = Group) =>
        ConsumerConnection
            .Parse((await AskAsync(group, ("withSubscriptionDifference", "true"))).EnsureSuccess().Body.Span)
            .SubscriptionDifference;

    Task<RemotingResponse> AskAsync(params (string, object)[] fields) => AskAsync(Group, fields);

    Task<RemotingResponse> AskAsync(string group, params (string, object)[] fields) =>
        Target.CallAsync(RequestCode.GetConsumerConnectionList, [("consumerGroup", group), .. fields]);

    /// <summary>The figure of a group at a scrape; null when there is none.</summary>
    string? Metric(string group = Group)
    {
        var output = new ArrayBufferWriter<byte>();
        new PrometheusWriter(Target.Running.Metrics).Write(output, ExpositionFormat.PrometheusText);
        return Encoding
            .UTF8.GetString(output.WrittenSpan)
            .Split('\n')
            .FirstOrDefault(line =>
                line.StartsWith("rocketmq_consumer_subscription_consistent{", StringComparison.Ordinal)
                && line.Contains($"consumer_group=\"{group}\"", StringComparison.Ordinal)
            )
            ?.Split(' ')[^1];
    }
}
