using Broker.Protocol;
using Xunit;
using static Broker.Tests.Core.Pop.PopBroker;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pop;

public sealed class PopTests : PopTest
{
    static readonly TimeSpan Minute = TimeSpan.FromSeconds(62);

    [Fact]
    public async Task A_pop_says_where_its_messages_lie_as_the_reference_does()
    {
        await _broker.SendAsync("a", "b", "c");
        var answer = await _broker.TakeAsync(["a", "b"], ("maxMsgNums", 2));
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal("FOUND", answer.Remark);
        Assert.Equal("0 0 0", answer.Text("startOffsetInfo"));
        Assert.Equal("0 0 0,1", answer.Text("msgOffsetInfo"));
        Assert.Equal(_broker.Now, answer.Long("popTime"));
        Assert.Equal(60_000, answer.Long("invisibleTime"));
        Assert.Equal(0, answer.Long("reviveQid"));
        Assert.Equal(1, answer.Long("restNum"));
        var next = await _broker.TakeAsync(["c"]);
        Assert.Equal("0 0 2", next.Text("startOffsetInfo"));
        Assert.Equal(1, next.Long("reviveQid"));
    }

    [Fact]
    public async Task An_empty_queue_is_answered_with_210_and_all_fields()
    {
        var answer = await _broker.PopAsync();
        Assert.Equal((ResponseCode.PollingTimeout, "NO_MESSAGE_IN_QUEUE"), (answer.Code, answer.Remark));
        Assert.Equal("", answer.Text("startOffsetInfo"));
        Assert.Equal("", answer.Text("msgOffsetInfo"));
        Assert.Equal(0, answer.Long("restNum"));
    }

    [Fact]
    public async Task All_queues_are_popped_at_once()
    {
        await _broker.CreateTopicAsync(Topic, queues: 3);
        for (var queue = 0; queue < 3; queue++)
            await _broker.Broker.SendAsync(Topic, $"q{queue}", queue);
        var answer = await _broker.PopAsync(("queueId", -1));
        Assert.Equal(["q0", "q1", "q2"], Messages(answer).Select(m => m.Text).Order());
        Assert.Equal(3, answer.Text("startOffsetInfo").Split(';').Length);
        Assert.All(answer.Text("msgOffsetInfo").Split(';'), part => Assert.Matches("^0 [012] 0$", part));
    }

    [Fact]
    public async Task Only_wanted_messages_are_handed_out_and_the_others_passed()
    {
        await _broker.Broker.SendAsync(Topic, "x", properties: "TAGS=other");
        await _broker.Broker.SendAsync(Topic, "y", properties: "TAGS=wanted");
        await _broker.Broker.SendAsync(Topic, "z", properties: "TAGS=other");
        var answer = await _broker.TakeAsync(["y"], ("exp", "wanted"), ("expType", "TAG"));
        Assert.Equal("0 0 0", answer.Text("startOffsetInfo"));
        Assert.Equal("0 0 1", answer.Text("msgOffsetInfo"));
        await _broker.AckAsync(answer, 1);
        Assert.Equal(3, _broker.Committed());
    }

    [Fact]
    public async Task Nothing_wanted_moves_the_group_on_all_the_same()
    {
        await _broker.Broker.SendAsync(Topic, "x", properties: "TAGS=other");
        await _broker.TakeAsync([], ("exp", "wanted"), ("expType", "TAG"));
        Assert.Equal(1, _broker.Committed());
    }

    [Theory]
    [InlineData(0, "a")]
    [InlineData(1, "a")] // a young queue, as the reference: everything is in memory still
    public async Task A_new_group_begins_where_it_asks(int initMode, string first)
    {
        await _broker.SendAsync("a", "b");
        await _broker.TakeAsync([first], ("initMode", initMode), ("maxMsgNums", 1));
    }

    [Fact]
    public async Task The_offset_moves_when_everything_before_it_is_acknowledged()
    {
        await _broker.SendAsync("a", "b", "c");
        var first = await _broker.TakeAsync(["a"], ("maxMsgNums", 1));
        var second = await _broker.TakeAsync(["b", "c"]);
        await _broker.AckAsync(second, 1);
        await _broker.AckAsync(second, 2);
        Assert.Equal(0, _broker.Committed());
        await _broker.AckAsync(first, 0);
        Assert.Equal(3, _broker.Committed());
        Assert.Equal(0, _broker.Node.OpenPops);
    }

    [Fact]
    public async Task What_is_not_acknowledged_comes_again_as_a_retry()
    {
        await _broker.SendAsync("a", "b");
        var first = await _broker.TakeAsync(["a", "b"]);
        await _broker.AckAsync(first, 0);
        await _broker.PassAsync(TimeSpan.FromSeconds(59));
        await _broker.TakeAsync([]);
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(3), 1);
        var again = Assert.Single(Messages(await _broker.PopAsync()));
        Assert.Equal((Topic, "b", 1), (again.Topic, again.Text, again.ReconsumeTimes));
        Assert.Equal(first.Text("popTime"), again.Properties["1ST_POP_TIME"]);
        Assert.Matches($"^0 {_broker.Now} 60000 [0-7] 2 broker-a 0 0$", again.Properties["POP_CK"]);
        Assert.Equal(2, _broker.Committed());
    }

    [Fact]
    public async Task A_retry_that_is_not_acknowledged_comes_again_too_and_is_counted()
    {
        await _broker.SendAsync("a");
        await _broker.TakeAsync(["a"]);
        await _broker.PassUntilRetriedAsync(Minute, 1);
        var second = await _broker.TakeAsync(["a"]);
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(50), 1);
        // The connection would be closed for its silence.
        await _broker.TakeAsync([]);
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(12), 2);
        var third = await _broker.TakeAsync(["a"]);
        Assert.Equal(2, Messages(third)[0].ReconsumeTimes);
        Assert.Equal(Messages(second)[0].Properties["1ST_POP_TIME"], Messages(third)[0].Properties["1ST_POP_TIME"]);
        await _broker.Broker.CallAsync(
            RequestCode.AckMessage,
            ("consumerGroup", Group),
            ("topic", RetryTopic),
            ("queueId", 0),
            ("extraInfo", Messages(third)[0].Properties["POP_CK"]),
            ("offset", 1)
        );
        Assert.Equal(2, _broker.Committed(RetryTopic));
    }

    [Fact]
    public async Task Two_groups_whose_names_join_with_their_topics_alike_do_not_share_retries()
    {
        (string Group, string Topic)[] pairs = [("a", "b_c"), ("a_b", "c")];
        foreach (var (group, topic) in pairs)
        {
            await _broker.CreateTopicAsync(topic, queues: 1);
            (await _broker.Broker.SendAsync(topic, $"for {group}")).EnsureSuccess();
            await _broker.TakeAsync([$"for {group}"], ("consumerGroup", group), ("topic", topic));
        }
        foreach (var (group, topic) in pairs)
            await _broker.PassUntilRetriedAsync(group == "a" ? Minute : TimeSpan.Zero, 1, $"%RETRY%{group}+{topic}");
        foreach (var (group, topic) in pairs)
            await _broker.TakeAsync([$"for {group}"], ("consumerGroup", group), ("topic", topic));
    }

    [Fact]
    public async Task Retries_of_the_older_form_are_delivered_and_move_to_the_newer_one()
    {
        await _broker.Broker.ConfigureAsync("enableRetryTopicV2=false");
        await _broker.SendAsync("a");
        await _broker.TakeAsync(["a"]);
        await _broker.PassUntilRetriedAsync(Minute, 1, OlderRetryTopic);
        await _broker.Broker.ConfigureAsync("enableRetryTopicV2=true");
        var older = Assert.Single(Messages(await _broker.TakeAsync(["a"])));
        Assert.Contains(" 1 broker-a 0 0", older.Properties["POP_CK"], StringComparison.Ordinal);
        await _broker.PassUntilRetriedAsync(Minute, 1);
        var newer = Assert.Single(Messages(await _broker.TakeAsync(["a"])));
        Assert.Contains(" 2 broker-a 0 0", newer.Properties["POP_CK"], StringComparison.Ordinal);
        Assert.Equal(2, newer.ReconsumeTimes);
    }

    [Fact]
    public async Task A_client_that_does_not_know_the_newer_form_acknowledges_by_its_handle()
    {
        await _broker.SendAsync("a");
        await _broker.TakeAsync(["a"]);
        await _broker.PassUntilRetriedAsync(Minute, 1);
        var again = await _broker.TakeAsync(["a"]);
        // The topic that it subscribed to has an offset 0 too.
        Assert.Equal(ResponseCode.Success, (await _broker.AckAsync(again, 0)).Code);
        Assert.Equal(1, _broker.Committed(RetryTopic));
    }

    [Fact]
    public async Task A_new_invisible_time_counts_instead_of_the_old_one()
    {
        await _broker.SendAsync("a", "b");
        var popped = await _broker.TakeAsync(["a", "b"]);
        var changed = await _broker.ChangeAsync(popped, 0, 10_000);
        Assert.Equal(ResponseCode.Success, changed.Code);
        // Not the time of the pop, although the clock stands still: the two would have the same name.
        Assert.Equal(_broker.Now + 1, changed.Long("popTime"));
        Assert.Equal(10_000, changed.Long("invisibleTime"));
        Assert.Equal(popped.Long("reviveQid"), changed.Long("reviveQid"));
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(12), 1);
        await _broker.TakeAsync(["a"]);
    }

    [Fact]
    public async Task A_batch_acknowledges_what_its_bits_say()
    {
        await _broker.SendAsync("a", "b", "c");
        var popped = await _broker.TakeAsync(["a", "b", "c"]);
        // Bits 0 and 2.
        var body = $$"""
            {"acks":[{"b":"BQ==","c":"{{Group}}","it":60000,"pt":{{popped.Text("popTime")}},"q":0,"r":"0","rq":0,
            "so":0,"t":"{{Topic}}"}],"brokerName":"broker-a"}
            """;
        var answer = await BatchAsync(body);
        Assert.Equal(ResponseCode.Success, answer.Code);
        await _broker.PassUntilRetriedAsync(Minute, 1);
        await _broker.TakeAsync(["b"]);
    }

    [Fact]
    public async Task Pops_filter_by_properties_whatever_enablePropertyFilter_says()
    {
        // So the reference: the key is asked for pulls only, and gRPC consumers rely on it.
        (await _broker.Broker.SendAsync(Topic, "cheap", properties: "price=5")).EnsureSuccess();
        (await _broker.Broker.SendAsync(Topic, "dear", properties: "price=9")).EnsureSuccess();
        await _broker.Broker.ConfigureAsync("enablePropertyFilter=false");
        await _broker.TakeAsync(["dear"], ("exp", "price > 6"), ("expType", "SQL92"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"acks\":[]}")]
    [InlineData("not JSON")]
    public async Task A_batch_without_acknowledgements_is_answered_with_208(string body) =>
        Assert.Equal(ResponseCode.NoMessage, (await BatchAsync(body)).Code);

    [Fact]
    public async Task A_peek_shows_messages_and_takes_none()
    {
        await _broker.SendAsync("a", "b");
        var peeked = await PeekAsync();
        Assert.Equal(["a"], Messages(peeked).Select(m => m.Text));
        Assert.Equal((ResponseCode.Success, "FOUND"), (peeked.Code, peeked.Remark));
        await _broker.TakeAsync(["a", "b"]);
        var nothing = await PeekAsync();
        Assert.Equal((ResponseCode.PullNotFound, "NO_MESSAGE_IN_QUEUE"), (nothing.Code, nothing.Remark));
    }

    Task<Broker.Remoting.RemotingResponse> PeekAsync() =>
        _broker.Broker.CallAsync(
            RequestCode.PeekMessage,
            ("consumerGroup", Group),
            ("topic", Topic),
            ("queueId", 0),
            ("maxMsgNums", 1)
        );

    Task<Broker.Remoting.RemotingResponse> BatchAsync(string body) =>
        _broker.Client.InvokeAsync(
            RequestCode.BatchAckMessage,
            new Broker.Protocol.Headers.FieldList(),
            System.Text.Encoding.UTF8.GetBytes(body),
            Patience
        );
}
