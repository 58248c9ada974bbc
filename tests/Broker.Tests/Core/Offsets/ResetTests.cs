using System.Text;
using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Broker.Tests.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Offsets;

public sealed class ResetTests : BrokerTest
{
    const string Queue0 = "{\"brokerName\":\"broker-a\",\"queueId\":0,\"topic\":\"orders\"}";

    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        for (var i = 0; i < 3; i++)
            await Target.SendAsync("orders", $"{i}");
        // A pull makes the group.
        await Target.PullAsync("orders");
    }

    [Fact]
    public async Task A_reset_moves_a_group_that_is_not_online_and_its_next_pull_says_so_once()
    {
        var done = await ResetAsync(("queueId", 0), ("timestamp", 0), ("offset", 2));
        Assert.Equal($"{{\"offsetTable\":{{{Queue0}:2}}}}", Text(done));
        var late = await CommitAsync(1);
        Assert.Equal((ResponseCode.Success, "Offset has been previously reset"), (late.Code, late.Remark));
        Assert.Equal(2, (await QueryAsync("readers")).Long("offset"));
        var told = await Target.PullAsync("orders");
        Assert.Equal((ResponseCode.PullOffsetMoved, "OFFSET_RESET"), (told.Code, told.Remark));
        Assert.Equal(
            (2, 0, 3),
            (told.Long("nextBeginOffset", -1), told.Long("minOffset", -1), told.Long("maxOffset", -1))
        );
        Assert.Null((await CommitAsync(1)).Remark);
        Assert.Equal(3, Messages(await Target.PullAsync("orders")).Count);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(0, 0)]
    public async Task All_queues_are_set_to_a_time_or_to_the_end(long timestamp, long expected)
    {
        var table = FastJson.Parse((await ResetAsync(("timestamp", timestamp))).Body.Span)["offsetTable"];
        Assert.Equal(4, table.Members.Count);
        Assert.Equal(expected, (await QueryAsync("readers")).Long("offset"));
    }

    [Fact]
    public async Task A_pull_that_waits_learns_of_the_reset_at_once()
    {
        var waiting = Target.PullAsync("orders", offset: 3, other: [("sysFlag", 6), ("suspendTimeoutMillis", 60_000)]);
        while (Target.Node.HeldPulls == 0)
            await Task.Yield();
        await using var admin = await Target.ConnectAsync();
        var fields = new FieldList
        {
            { "topic", "orders" },
            { "group", "readers" },
            { "timestamp", 0 },
        };
        await admin.InvokeAsync(RequestCode.InvokeBrokerToResetOffset, fields, default, Patience);
        var told = await waiting;
        Assert.Equal((ResponseCode.PullOffsetMoved, 0), (told.Code, told.Long("nextBeginOffset", -1)));
    }

    [Fact]
    public async Task A_reset_offset_outlasts_a_restart()
    {
        await ResetAsync(("timestamp", 0), ("queueId", 0), ("offset", 1));
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Equal(1, (await QueryAsync("readers")).Long("offset"));
        Assert.Equal(ResponseCode.Success, (await CommitAsync(2)).Code);
        Assert.Equal(2, (await QueryAsync("readers")).Long("offset"));
    }

    [Theory]
    [InlineData("topic", "nowhere", ResponseCode.TopicNotExist, "Topic nowhere does not exist")]
    [InlineData("group", "nobody", ResponseCode.SubscriptionGroupNotExist, "Group nobody does not exist")]
    [InlineData("offset", "5", ResponseCode.SystemError, "Target offset 5 not in consume queue range [0-3]")]
    [InlineData("queueId", "9", ResponseCode.SystemError, "Topic orders has no queue 9, only 0 to 3")]
    [InlineData("topic", "", ResponseCode.TopicNotExist, "Topic  does not exist")]
    public async Task A_reset_to_what_is_not_there_is_refused(
        string field,
        string value,
        ResponseCode code,
        string remark
    )
    {
        var answer = await ResetAsync(("timestamp", 0), ("queueId", 0), (field, value));
        Assert.Equal((code, remark), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task Members_are_pushed_their_offsets_in_the_form_of_their_language()
    {
        Assert.Null(BrokerConfig.TryChange(Target.Node.Options, [new("useServerSideResetOffset", "false")]));
        var offline = await ResetAsync(("timestamp", 0), ("isForce", true));
        Assert.Equal(ResponseCode.SystemError, offline.Code);
        Assert.Equal("THe consumer group <readers> not exist", offline.Remark);
        for (var queueId = 0; queueId < 4; queueId++)
            await CommitAsync(queueId == 0 ? 2 : 0, queueId);
        offline = await ResetAsync(("timestamp", 0), ("isForce", true));
        Assert.Equal(ResponseCode.ConsumerNotOnline, offline.Code);

        var java = new AnsweringClient().With(RequestCode.ResetConsumerClientOffset, "");
        await using var first = await java.JoinAsync(Target, "java", "readers", "orders");
        using var cpp = await RawClient.ConnectAsync(Target.Running.BrokerAddress!);
        await cpp.SendAsync(
            RawClient.Frame(
                SerializeType.Json,
                (int)RequestCode.HeartBeat,
                body: Heartbeats.Consumer("cpp", "readers", Heartbeats.To("orders")).ToJson(),
                language: LanguageCode.Cpp
            )
        );
        while (Target.Node.Consumers.All.Single().MemberCount < 2)
            await Task.Yield();
        Assert.Equal(ResponseCode.Success, (await ResetAsync(("timestamp", -1), ("isForce", true))).Code);
        var (_, fields, body) = await java.AwaitAsync(RequestCode.ResetConsumerClientOffset);
        Assert.Equal(
            ("orders", "readers", "-1", "true"),
            (fields["topic"], fields["group"], fields["timestamp"], fields["isForce"])
        );
        Assert.Contains($"{{\"offsetTable\":{{{Queue0}:3,", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        var frame = await cpp.ReceiveAsync();
        while (frame.Header.Code != (int)RequestCode.ResetConsumerClientOffset)
            frame = await cpp.ReceiveAsync();
        Assert.Contains(
            "{\"offsetTable\":[{\"brokerName\":\"broker-a\",\"offset\":3,\"queueId\":0,\"topic\":\"orders\"},",
            Encoding.UTF8.GetString(frame.Body),
            StringComparison.Ordinal
        );
        // The offsets are the members' to commit.
        Assert.Equal(2, (await QueryAsync("readers")).Long("offset"));
    }

    [Fact]
    public async Task Without_force_members_only_go_back()
    {
        Assert.Null(BrokerConfig.TryChange(Target.Node.Options, [new("useServerSideResetOffset", "false")]));
        for (var queueId = 0; queueId < 4; queueId++)
            await CommitAsync(queueId == 0 ? 2 : 0, queueId);
        var member = new AnsweringClient().With(RequestCode.ResetConsumerClientOffset, "");
        await using var client = await member.JoinAsync(Target, "c1", "readers", "orders");
        Assert.Contains($"{Queue0}:2", Text(await ResetAsync(("timestamp", -1))), StringComparison.Ordinal);
        Assert.Contains($"{Queue0}:0", Text(await ResetAsync(("timestamp", 0))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_takes_over_the_offsets_of_topics_that_exist_and_are_wanted()
    {
        await CommitAsync(2);
        await Target.CallAsync(RequestCode.CloneGroupOffset, ("srcGroup", "readers"), ("destGroup", "copy"));
        Assert.Equal(2, (await QueryAsync("copy")).Long("offset"));
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c1", "readers", Heartbeats.To("stock")));
        await CommitAsync(3);
        foreach (var (offline, expected) in ((bool, long)[])[(false, 2), (true, 3)])
        {
            var answer = await Target.CallAsync(
                RequestCode.CloneGroupOffset,
                ("srcGroup", "readers"),
                ("destGroup", "copy"),
                ("topic", "orders"),
                ("offline", offline)
            );
            Assert.Equal(ResponseCode.Success, answer.Code);
            Assert.Equal(expected, (await QueryAsync("copy")).Long("offset"));
        }
        var missing = await Target.CallAsync(RequestCode.CloneGroupOffset, ("srcGroup", "readers"));
        Assert.Equal(
            (ResponseCode.SystemError, "the custom field <destGroup> is null"),
            (missing.Code, missing.Remark)
        );
    }

    [Fact]
    public async Task Correction_names_the_smallest_offset_of_all_groups_and_forgets_nobody()
    {
        await CommitAsync(2);
        await Target.CallAsync(RequestCode.CloneGroupOffset, ("srcGroup", "readers"), ("destGroup", "slow"));
        await CommitAsync(3);
        Assert.Equal("{\"correctionOffsets\":{0:2}}", await CorrectionAsync("readers"));
        Assert.Equal("{\"correctionOffsets\":{0:3}}", await CorrectionAsync("readers", "slow"));
        Assert.Equal("{\"correctionOffsets\":{0:9223372036854775807}}", await CorrectionAsync("slow", "slow"));
        // The reference drops the offsets of the groups that are left out; they must survive here.
        Assert.Equal(2, (await QueryAsync("slow")).Long("offset"));
    }

    async Task<string> CorrectionAsync(string compared, string ignored = "") =>
        Text(
            await Target.CallAsync(
                RequestCode.QueryCorrectionOffset,
                ("topic", "orders"),
                ("compareGroup", compared),
                ("filterGroups", ignored)
            )
        );

    Task<RemotingResponse> ResetAsync(params (string, object)[] fields) =>
        Target.CallAsync(RequestCode.InvokeBrokerToResetOffset, [("topic", "orders"), ("group", "readers"), .. fields]);

    Task<RemotingResponse> CommitAsync(long offset, int queueId = 0) =>
        Target.CallAsync(
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", "readers"),
            ("topic", "orders"),
            ("queueId", queueId),
            ("commitOffset", offset)
        );

    Task<RemotingResponse> QueryAsync(string group) =>
        Target.CallAsync(
            RequestCode.QueryConsumerOffset,
            ("consumerGroup", group),
            ("topic", "orders"),
            ("queueId", 0)
        );

    static string Text(RemotingResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
