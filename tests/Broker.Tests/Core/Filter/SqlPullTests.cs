using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Filter;

/// <summary>SQL92 over the wire: pulls, held pulls, heartbeats, and the question before a start (46).</summary>
public sealed class SqlPullTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await StartAsync(Folder.Path, ("enablePropertyFilter", "true"));
        for (var i = 0; i < 10; i++)
            await Target.SendAsync("orders", $"{i}", properties: $"price={i} TAGS=t{i % 3}");
    }

    [Fact]
    public async Task Only_messages_that_fit_are_found()
    {
        var answer = await PullAsync("price > 6 AND TAGS <> 't1'");
        Assert.Equal((ResponseCode.Success, "FOUND"), (answer.Code, answer.Remark));
        Assert.Equal(["8", "9"], Messages(answer).Select(m => m.Text));
        Assert.Equal(10, answer.Long("nextBeginOffset"));
    }

    [Fact]
    public async Task A_scan_without_a_match_goes_on_behind_what_it_saw()
    {
        var answer = await PullAsync("price > 60");
        Assert.Equal((ResponseCode.PullRetryImmediately, "NO_MATCHED_MESSAGE"), (answer.Code, answer.Remark));
        Assert.Equal(10, answer.Long("nextBeginOffset"));
    }

    [Theory]
    [InlineData("SQL92", "price >", "SQL92 expression, line 1, column 8")]
    [InlineData("SQL92", "", "parse the consumer's subscription failed")]
    [InlineData("XPATH", "price", "type XPATH are not known")]
    public async Task A_wrong_expression_is_refused(string type, string expression, string problem)
    {
        var answer = await PullAsync(expression, ("expressionType", type));
        Assert.Equal(ResponseCode.SubscriptionParseFailed, answer.Code);
        Assert.StartsWith("parse the consumer's subscription failed", answer.Remark);
        Assert.Contains(problem, answer.Remark);
    }

    [Fact]
    public async Task Classes_do_not_filter()
    {
        var answer = await PullAsync("price > 6", ("sysFlag", 12));
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Equal("The broker does not support consumer to filter message by class", answer.Remark);
    }

    [Fact]
    public async Task A_held_pull_is_woken_by_a_message_that_fits_only()
    {
        await using var second = await Target.ConnectAsync();
        var waiting = second.InvokeAsync(
            RequestCode.PullMessage,
            PullFields(
                "orders",
                10,
                0,
                "readers",
                Sql("price > 100"),
                ("expressionType", "SQL92"),
                ("sysFlag", 6),
                ("suspendTimeoutMillis", 15_000)
            ),
            default,
            Patience
        );
        while (Target.Node.HeldPulls == 0)
            await Task.Yield();
        await Target.SendAsync("orders", "cheap", properties: "price=5");
        await Target.SendAsync("orders", "without");
        Assert.Equal(1, Target.Node.HeldPulls);
        Assert.False(waiting.IsCompleted);
        await Target.SendAsync("orders", "dear", properties: "price=500");
        Assert.Equal(["dear"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task The_expression_of_the_heartbeat_counts()
    {
        await HeartbeatAsync("price >= 8", 100);
        Assert.Equal(["8", "9"], Messages(await PullSubscribedAsync(100)).Select(m => m.Text));
        Assert.Equal(ResponseCode.SubscriptionNotLatest, (await PullSubscribedAsync(101)).Code);
        await HeartbeatAsync("price >= 9", 200);
        Assert.Equal(["9"], Messages(await PullSubscribedAsync(200)).Select(m => m.Text));
        // An older one, from a member that has not heard of the change, does not.
        await HeartbeatAsync("price >= 0", 150);
        Assert.Equal(["9"], Messages(await PullSubscribedAsync(200)).Select(m => m.Text));
    }

    [Fact]
    public async Task A_wrong_expression_of_a_heartbeat_shows_with_the_pulls()
    {
        Assert.Equal(ResponseCode.Success, (await HeartbeatAsync("price >=", 100)).Code);
        var answer = await PullSubscribedAsync(100);
        Assert.Equal(ResponseCode.FilterDataNotExist, answer.Code);
        Assert.StartsWith(
            "The broker's consumer filter data is not exist!Your expression may be wrong! SQL92 expression, line 1",
            answer.Remark
        );
        await HeartbeatAsync("price >= 9", 200);
        Assert.Equal(["9"], Messages(await PullSubscribedAsync(200)).Select(m => m.Text));
        // Without an expression the older one is all that there is, and it is not what the member asks for.
        await HeartbeatAsync("", 300);
        answer = await PullSubscribedAsync(300);
        Assert.Equal(ResponseCode.FilterDataNotLatest, answer.Code);
        Assert.Equal("the consumer's consumer filter data not latest", answer.Remark);
    }

    [Fact]
    public async Task Without_the_option_every_way_is_refused()
    {
        await ConfigureAsync("enablePropertyFilter=false");
        await HeartbeatAsync("price >= 8", 100);
        const string remark = "The broker does not support consumer to filter message by SQL92";
        foreach (
            var answer in new[]
            {
                await PullAsync("price > 6"),
                await PullSubscribedAsync(100),
                await CheckAsync(Wanted("price > 6", 1)),
            }
        )
            Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
        await ConfigureAsync("enablePropertyFilter=true");
        Assert.Equal(["8", "9"], Messages(await PullSubscribedAsync(100)).Select(m => m.Text));
    }

    [Fact]
    public async Task A_client_is_told_at_its_start_what_is_wrong()
    {
        Assert.Equal(ResponseCode.Success, (await CheckAsync(Wanted("price > 6", 1))).Code);
        Assert.Equal(ResponseCode.Success, (await CheckAsync(Heartbeats.To("orders"))).Code);
        Assert.Equal(ResponseCode.Success, (await CheckAsync(null)).Code);
        Assert.Equal(ResponseCode.Success, (await Target.CallAsync(RequestCode.CheckClientConfig)).Code);
        var wrong = await CheckAsync(Wanted("price > 'x'", 1));
        Assert.Equal(ResponseCode.SubscriptionParseFailed, wrong.Code);
        Assert.StartsWith("SQL92 expression, line 1, column 7: only numbers", wrong.Remark);
        var byClass = await CheckAsync(Wanted("price > 1", 1) with { ClassFilterMode = true });
        Assert.Equal(ResponseCode.SystemError, byClass.Code);
        Assert.EndsWith("filter message by class", byClass.Remark);
    }

    [Fact]
    public async Task Expressions_are_on_disk_after_a_restart()
    {
        await HeartbeatAsync("price >= 8", 100);
        await Target.StopAsync();
        await Target.DisposeAsync();
        Target = await StartAsync(Folder.Path, ("enablePropertyFilter", "true"));
        Assert.True(Target.Node.ConsumerFilters.TryGet("readers"u8, "orders"u8, out var filter));
        Assert.Equal(("price >= 8", "SQL92", 100), (filter.Expression, filter.ExpressionType, filter.ClientVersion));
        Assert.NotNull(filter.Filter);
        Assert.NotEqual(0, filter.DeadTime);
        await HeartbeatAsync("price >= 8", 100);
        Assert.True(Target.Node.ConsumerFilters.TryGet("readers"u8, "orders"u8, out filter));
        Assert.Equal(0, filter.DeadTime);
        Assert.Equal(["8", "9"], Messages(await PullSubscribedAsync(100)).Select(m => m.Text));
    }

    [Fact]
    public async Task The_file_is_Apaches()
    {
        await HeartbeatAsync("price >= 8", 100);
        await Target.StopAsync();
        var file = await File.ReadAllBytesAsync(
            Path.Combine(Target.Node.Options.StorePathRootDir, "config", "consumerFilter.json"),
            TestContext.Current.CancellationToken
        );
        var filter = FastJson.Parse(file)["filterDataByTopic"]["orders"]["groupFilterData"]["readers"];
        Assert.Equal("price >= 8", filter["expression"].AsText());
        Assert.Equal("SQL92", filter["expressionType"].AsText());
        Assert.Equal("readers", filter["consumerGroup"].AsText());
        Assert.Equal("orders", filter["topic"].AsText());
        Assert.Equal(100, filter["clientVersion"].AsLong());
        Assert.InRange(filter["bornTime"].AsLong(), 1, filter["deadTime"].AsLong());
    }

    Task<RemotingResponse> PullAsync(string expression, params (string, object)[] other) =>
        Target.PullAsync("orders", 0, 0, "readers", [Sql(expression), ("expressionType", "SQL92"), .. other]);

    /// <summary>Without an expression of its own.</summary>
    Task<RemotingResponse> PullSubscribedAsync(long version) =>
        Target.PullAsync("orders", 0, 0, "readers", ("sysFlag", 0), ("subscription", ""), ("subVersion", version));

    Task<RemotingResponse> HeartbeatAsync(string expression, long version) =>
        Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("10.0.0.1@1", "readers", Wanted(expression, version)));

    static SubscriptionData Wanted(string expression, long version) =>
        Heartbeats.To("orders", version, expression) with
        {
            ExpressionType = "SQL92",
        };

    Task<RemotingResponse> CheckAsync(SubscriptionData? wanted)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("clientId").Value("10.0.0.1@1").Name("group").Value("readers");
        if (wanted is not null)
            wanted.Write(json.Name("subscriptionData"));
        json.EndObject();
        return Target.Client.InvokeAsync(RequestCode.CheckClientConfig, null, json.ToArray(), Patience);
    }

    Task<RemotingResponse> ConfigureAsync(string properties) =>
        Target.Client.InvokeAsync(
            RequestCode.UpdateBrokerConfig,
            new FieldList(),
            System.Text.Encoding.UTF8.GetBytes(properties),
            Patience
        );

    static (string, object) Sql(string expression) => ("subscription", expression);
}
