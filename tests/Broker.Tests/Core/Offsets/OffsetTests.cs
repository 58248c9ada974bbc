using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Offsets;

public sealed class OffsetTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        await Target.SendAsync("orders", "one");
        await Target.SendAsync("orders", "two");
        // A pull makes the group, as it does for clients that never send a heartbeat.
        await Target.PullAsync("orders", group: "readers");
    }

    [Fact]
    public async Task A_committed_offset_is_read_back_and_the_last_writer_wins()
    {
        await CommitAsync("orders", 2);
        Assert.Equal(2, (await QueryAsync("orders")).Long("offset"));
        await CommitAsync("orders", 1);
        Assert.Equal(1, (await QueryAsync("orders")).Long("offset"));
        Assert.Equal(0, (await QueryAsync("orders", queueId: 1)).Long("offset"));
    }

    [Fact]
    public async Task A_new_group_starts_at_zero_on_a_young_queue_unless_it_asks_not_to()
    {
        Assert.Equal((ResponseCode.Success, 0L), Answer(await QueryAsync("orders")));
        var strict = await Target.CallAsync(
            RequestCode.QueryConsumerOffset,
            ("consumerGroup", "readers"),
            ("topic", "orders"),
            ("queueId", 0),
            ("setZeroIfNotFound", "false")
        );
        Assert.Equal(ResponseCode.QueryNotFound, strict.Code);
    }

    [Fact]
    public async Task A_new_group_starts_nowhere_on_a_queue_whose_beginning_is_no_longer_in_memory()
    {
        using var folder = new TestFolder();
        await using var broker = await TestBroker.StartAsync(folder.Path, ("accessMessageInMemoryMaxRatio", "0"));
        await broker.SendAsync("orders", "one");
        var answer = await broker.CallAsync(
            RequestCode.QueryConsumerOffset,
            ("consumerGroup", "g"),
            ("topic", "orders"),
            ("queueId", 0)
        );
        Assert.Equal(
            (ResponseCode.QueryNotFound, "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first"),
            (answer.Code, answer.Remark)
        );
    }

    [Fact]
    public async Task Commits_for_what_does_not_exist_are_refused()
    {
        Assert.Equal(ResponseCode.TopicNotExist, (await CommitAsync("nowhere", 1)).Code);
        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, (await CommitAsync("orders", 1, group: "nobody")).Code);
        Assert.Equal(ResponseCode.InvalidParameter, (await CommitAsync("orders", 1, queueId: -1)).Code);
        Assert.Equal(ResponseCode.InvalidParameter, (await CommitAsync("orders", 1, queueId: int.MaxValue)).Code);
        Assert.Equal(ResponseCode.InvalidParameter, (await CommitAsync("orders", -5)).Code);
    }

    [Fact]
    public async Task A_commit_beyond_the_end_of_its_queue_is_refused_and_changes_nothing()
    {
        (await CommitAsync("orders", 2)).EnsureSuccess();
        var refused = await CommitAsync("orders", 3);
        Assert.Equal(ResponseCode.InvalidParameter, refused.Code);
        Assert.Contains("beyond the end of queue 0 of topic orders, 2", refused.Remark, StringComparison.Ordinal);
        await Target.PullAsync("orders", 2, 0, "readers", ("sysFlag", 5), ("commitOffset", 3));
        Assert.Equal(2, (await QueryAsync("orders")).Long("offset"));
    }

    [Fact]
    public async Task A_commit_for_a_queue_that_the_topic_does_not_have_is_refused_and_costs_nothing()
    {
        var refused = await CommitAsync("orders", 0, queueId: 65_535);
        Assert.Equal(ResponseCode.InvalidParameter, refused.Code);
        Assert.Contains("has no queue 65535", refused.Remark, StringComparison.Ordinal);
        Assert.Empty(Target.Node.Offsets.QueuesOf("readers"u8, "orders"u8));
        await QueryAsync("orders", queueId: 65_535);
        Assert.True(Target.Node.Topics.TryGet("orders", out var topic));
        Assert.DoesNotContain(topic.Log.OpenQueues, queue => queue.QueueId == 65_535);
    }

    [Theory]
    [InlineData("CID_RMQ_SYS_TRANS", "RMQ_SYS_TRANS_HALF_TOPIC")]
    [InlineData("CID_RMQ_SYS_REVIVE_GROUP", "rmq_sys_REVIVE_LOG_DefaultCluster")]
    public async Task Where_the_broker_itself_is_no_client_says(string group, string topic)
    {
        await Target.PullAsync(topic, 0, 0, group, ("sysFlag", 5), ("commitOffset", 0));
        Assert.Equal(ResponseCode.NoPermission, (await CommitAsync(topic, 0, group: group)).Code);
        Assert.Empty(Target.Node.Offsets.TopicsOf(group));
    }

    [Theory]
    [InlineData(RequestCode.QueryConsumerOffset)]
    [InlineData(RequestCode.UpdateConsumerOffset)]
    [InlineData(RequestCode.SearchOffsetByTimestamp)]
    [InlineData(RequestCode.GetMaxOffset)]
    [InlineData(RequestCode.GetMinOffset)]
    [InlineData(RequestCode.GetEarliestMsgStoreTime)]
    public async Task A_missing_or_damaged_field_is_named(RequestCode code)
    {
        var missing = await Target.CallAsync(code);
        Assert.Equal(ResponseCode.SystemError, missing.Code);
        Assert.Contains("null", missing.Remark, StringComparison.Ordinal);
        var damaged = await Target.CallAsync(
            code,
            ("consumerGroup", "g"),
            ("topic", "t"),
            ("queueId", "many"),
            ("commitOffset", "1"),
            ("timestamp", "1")
        );
        Assert.Contains("queueId", damaged.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_survive_a_restart_in_the_format_of_the_reference()
    {
        for (var i = 0; i < 7; i++)
            await Target.SendAsync("orders", "body", 3);
        await CommitAsync("orders", 2);
        await CommitAsync("orders", 7, queueId: 3);
        await Target.StopAsync();
        var file = Directory.GetFiles(Folder.Path, "consumerOffset.json", SearchOption.AllDirectories).Single();
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("\n\t\"offsetTable\":{\n\t\t\"", text, StringComparison.Ordinal);
        Assert.Contains("\n\t\t\"orders@readers\":{\n\t\t\t0:2,\n\t\t\t3:7\n\t\t}", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\t\t}\n\t}\n}", text, StringComparison.Ordinal);
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Equal(7, (await QueryAsync("orders", queueId: 3)).Long("offset"));
    }

    [Fact]
    public async Task Slaves_get_all_of_them_in_one_body()
    {
        await CommitAsync("orders", 2);
        var body = Encoding.UTF8.GetString((await Target.CallAsync(RequestCode.GetAllConsumerOffset)).Body.Span);
        Assert.Contains("\"orders@readers\":{0:2}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_commits_on_the_way()
    {
        await Target.PullAsync("orders", 2, 0, "readers", ("sysFlag", 5), ("commitOffset", 2));
        Assert.Equal(2, (await QueryAsync("orders")).Long("offset"));
    }

    [Fact]
    public async Task The_ends_of_a_queue_are_told()
    {
        Assert.Equal(2, (await EndAsync(RequestCode.GetMaxOffset, "orders")).Long("offset"));
        Assert.Equal(0, (await EndAsync(RequestCode.GetMinOffset, "orders")).Long("offset", -7));
        Assert.Equal(0, (await EndAsync(RequestCode.GetMaxOffset, "orders", 3)).Long("offset", -7));
        Assert.Equal(0, (await EndAsync(RequestCode.GetMaxOffset, "nowhere")).Long("offset", -7));
        Assert.Equal(0, (await EndAsync(RequestCode.GetMaxOffset, "orders", 1_000_000)).Long("offset", -7));
    }

    [Fact]
    public async Task Offsets_are_found_by_time()
    {
        var first = (await EndAsync(RequestCode.GetEarliestMsgStoreTime, "orders")).Long("timestamp");
        Assert.True(first > 1_700_000_000_000);
        Assert.Equal(-1, (await EndAsync(RequestCode.GetEarliestMsgStoreTime, "orders", 2)).Long("timestamp"));
        Assert.Equal(0, await SearchAsync(first - 1000));
        Assert.Equal(0, await SearchAsync(first));
        Assert.Equal(2, await SearchAsync(first + 3_600_000));
    }

    async Task<long> SearchAsync(long timestamp) =>
        (
            await Target.CallAsync(
                RequestCode.SearchOffsetByTimestamp,
                ("topic", "orders"),
                ("queueId", 0),
                ("timestamp", timestamp)
            )
        ).Long("offset", -7);

    Task<RemotingResponse> EndAsync(RequestCode code, string topic, int queueId = 0) =>
        Target.CallAsync(code, ("topic", topic), ("queueId", queueId));

    Task<RemotingResponse> CommitAsync(string topic, long offset, int queueId = 0, string group = "readers") =>
        Target.CallAsync(
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", group),
            ("topic", topic),
            ("queueId", queueId),
            ("commitOffset", offset)
        );

    Task<RemotingResponse> QueryAsync(string topic, int queueId = 0) =>
        Target.CallAsync(
            RequestCode.QueryConsumerOffset,
            ("consumerGroup", "readers"),
            ("topic", topic),
            ("queueId", queueId)
        );

    static (ResponseCode, long) Answer(RemotingResponse answer) => (answer.Code, answer.Long("offset", -7));
}
