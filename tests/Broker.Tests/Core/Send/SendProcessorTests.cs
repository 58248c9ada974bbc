using Broker.Protocol;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Send;

public sealed class SendProcessorTests : BrokerTest
{
    [Fact]
    public async Task A_send_is_answered_with_its_place_and_ids()
    {
        var answer = await Target.SendAsync("orders", "hello", queueId: 2, properties: "TAGS=t UNIQ_KEY=ABC");
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Null(answer.Remark);
        Assert.Equal("2", answer.Fields["queueId"]);
        Assert.Equal("0", answer.Fields["queueOffset"]);
        Assert.Equal("ABC", answer.Fields["transactionId"]);
        Assert.Equal("DefaultRegion", answer.Fields["MSG_REGION"]);
        Assert.Equal("true", answer.Fields["TRACE_ON"]);
        Assert.StartsWith("7F000001", answer.Fields["msgId"]);
        Assert.Equal(32, answer.Fields["msgId"].Length);
    }

    [Fact]
    public async Task A_message_comes_back_as_it_was_sent_with_the_brokers_properties_behind()
    {
        await Target.SendAsync("orders", "中文 🙂", properties: "TAGS=t KEYS=k UNIQ_KEY=ABC");
        var message = Assert.Single(Messages(await Target.PullAsync("orders")));
        Assert.Equal("中文 🙂", message.Text);
        Assert.Equal("orders", message.Topic);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["TAGS"] = "t",
                ["KEYS"] = "k",
                ["UNIQ_KEY"] = "ABC",
                ["MSG_REGION"] = "DefaultRegion",
                ["TRACE_ON"] = "true",
                ["CLUSTER"] = "DefaultCluster",
            },
            message.Properties
        );
    }

    [Fact]
    public async Task A_message_without_an_id_is_given_one()
    {
        var answer = await Target.SendAsync("orders", "x");
        var message = Assert.Single(Messages(await Target.PullAsync("orders")));
        Assert.Equal(32, message.Properties["UNIQ_KEY"].Length);
        Assert.Equal(message.Properties["UNIQ_KEY"], answer.Fields["transactionId"]);
    }

    [Fact]
    public async Task A_message_that_was_delivered_before_does_not_get_the_brokers_properties_twice()
    {
        await Target.SendAsync(
            "orders",
            "x",
            properties: "MSG_REGION=old TRACE_ON=false CLUSTER=old POP_CK=1 UNIQ_KEY=ABC"
        );
        var message = Assert.Single(Messages(await Target.PullAsync("orders")));
        Assert.Equal("DefaultRegion", message.Properties["MSG_REGION"]);
        Assert.False(message.Properties.ContainsKey("POP_CK"));
    }

    [Fact]
    public async Task The_short_form_stores_the_same()
    {
        var answer = await Target.CallAsync(
            RequestCode.SendMessageV2,
            ("a", "producers"),
            ("b", "orders"),
            ("c", "TBW102"),
            ("d", 4),
            ("e", 1),
            ("f", 0),
            ("g", 1),
            ("h", 7),
            ("i", Properties("UNIQ_KEY=Q")),
            ("j", 0),
            ("k", "false"),
            ("m", "false")
        );
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        answer = await Target.Client.InvokeAsync(
            RequestCode.SendMessageV2,
            new()
            {
                { "b", "orders" },
                { "c", "TBW102" },
                { "e", 1 },
                { "h", 7 },
            },
            "body"u8.ToArray(),
            Patience
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
        var message = Assert.Single(Messages(await Target.PullAsync("orders", queueId: 1)));
        Assert.Equal(("body", 7), (message.Text, message.Flag));
    }

    [Fact]
    public async Task A_negative_queue_leaves_the_choice_to_the_broker()
    {
        var answer = await Target.SendAsync("orders", "x", queueId: -1);
        Assert.InRange(int.Parse(answer.Fields["queueId"]), 0, 3);
    }

    [Fact]
    public async Task A_topic_created_on_first_use_has_the_queues_that_were_asked_for_up_to_those_of_the_example()
    {
        await Target.SendAsync("few", "x", 0, "", ("defaultTopicQueueNums", 2));
        await Target.SendAsync("many", "x", 0, "", ("defaultTopicQueueNums", 100));
        Assert.True(Target.Node.Topics.TryGet("few", out var few));
        Assert.True(Target.Node.Topics.TryGet("many", out var many));
        Assert.Equal((2, 8, 6), (few.WriteQueues, many.ReadQueues, many.Config.Perm));
    }

    public static readonly TheoryData<string, int, ResponseCode, string> Refusals = new()
    {
        { "a b", 0, ResponseCode.InvalidParameter, "The specified topic contains illegal characters" },
        { "", 0, ResponseCode.InvalidParameter, "The specified topic is blank." },
        {
            new string('x', 128),
            0,
            ResponseCode.InvalidParameter,
            "The specified topic is longer than topic max length."
        },
        {
            "SCHEDULE_TOPIC_XXXX",
            0,
            ResponseCode.NoPermission,
            "Sending message to topic[SCHEDULE_TOPIC_XXXX] is forbidden."
        },
        { "RMQ_SYS_TRANS_HALF_TOPIC", 0, ResponseCode.NoPermission, "is forbidden." },
        { "OFFSET_MOVED_EVENT", 0, ResponseCode.NoPermission, "is forbidden." },
        {
            "orders",
            99,
            ResponseCode.InvalidParameter,
            "request queueId[99] is illegal, TopicConfig [topicName=orders, readQueueNums=4"
        },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_send_to_a_place_that_is_not_there_is_refused(
        string topic,
        int queueId,
        ResponseCode code,
        string remark
    )
    {
        var answer = await Target.SendAsync(topic, "x", queueId);
        Assert.Equal(code, answer.Code);
        Assert.Contains(remark, answer.Remark);
        Assert.Equal("DefaultRegion", answer.Fields["MSG_REGION"]);
    }

    [Theory]
    [InlineData("Nope")]
    [InlineData("SELF_TEST_TOPIC")]
    public async Task A_topic_is_created_only_after_an_example_that_may_be_inherited(string example)
    {
        var answer = await Target.SendAsync("orders", "x", 0, "", ("defaultTopic", example));
        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.StartsWith("topic[orders] not exist, apply first please!", answer.Remark);
    }

    [Fact]
    public async Task Without_creation_on_first_use_an_unknown_topic_does_not_exist()
    {
        Assert.Null(
            Broker.Core.Configuration.BrokerConfig.TryChange(
                Target.Node.Options,
                [new("autoCreateTopicEnable", "false")]
            )
        );
        Assert.Equal(ResponseCode.TopicNotExist, (await Target.SendAsync("orders", "x")).Code);
    }

    [Fact]
    public async Task A_message_that_says_it_is_a_batch_is_refused()
    {
        // NEED_UNWRAP and INNER_BATCH
        var answer = await Target.SendAsync("orders", "x", 0, "INNER_NUM=5", ("sysFlag", 0xC0));
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.Contains("queue.type=BatchCQ", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_has_from_one_byte_to_4_mebibytes()
    {
        Assert.Equal(ResponseCode.MessageIllegal, (await Target.SendAsync("orders", "")).Code);
        Assert.Equal(ResponseCode.Success, (await Target.SendAsync("orders", new byte[4 << 20])).Code);
        var answer = await Target.SendAsync("orders", new byte[(4 << 20) + 1]);
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.Equal(
            "the message is illegal, maybe msg body or properties length not matched. "
                + "msg body length limit 4194304B, msg properties length limit 32KB.",
            answer.Remark
        );
    }

    [Fact]
    public async Task Properties_have_at_most_32_kibibytes()
    {
        var answer = await Target.SendAsync("orders", "x", properties: "A=" + new string('y', 33_000));
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
    }

    [Fact]
    public async Task A_time_of_delivery_is_refused_when_times_are_off()
    {
        await using var broker = await TestBroker.StartAsync(Folder.Path + "/off", ("timerWheelEnable", "false"));
        var answer = await broker.SendAsync("orders", "x", properties: "TIMER_DELAY_SEC=5");
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Equal("accurate timer message is not enabled, timerWheelEnable is false", answer.Remark);
    }

    [Fact]
    public async Task A_field_that_is_no_number_is_named()
    {
        var answer = await Target.SendAsync("orders", "x", 0, "", ("queueId", "abc"));
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("queueId", answer.Remark);
    }

    [Theory]
    [InlineData("DELAY=3")]
    [InlineData("TIMER_DELAY_SEC=5")]
    [InlineData("__STARTDELIVERTIME=1")]
    [InlineData("TRAN_MSG=true PGROUP=p")]
    public async Task A_deferred_message_may_have_a_limit_of_its_own(string properties)
    {
        await using var broker = await TestBroker.StartAsync(Folder.Path + "/own", ("maxDeferredMessageSize", "64"));
        var refused = await broker.SendAsync("orders", new byte[65], properties: properties);
        Assert.Equal(ResponseCode.MessageIllegal, refused.Code);
        Assert.Contains("msg body length limit 64B", refused.Remark, StringComparison.Ordinal);
        (await broker.SendAsync("orders", new byte[64], properties: properties)).EnsureSuccess();
        (await broker.SendAsync("orders", new byte[65])).EnsureSuccess();
    }

    [Fact]
    public async Task A_broker_that_is_not_the_master_refuses()
    {
        await Target.Node.StepDownAsync("test");
        await using var client = await Target.ConnectAsync();
        var answer = await client.InvokeAsync(RequestCode.SendMessage, SendFields("orders"), "x"u8.ToArray(), Patience);
        Assert.Equal(ResponseCode.ServiceNotAvailable, answer.Code);
        Assert.Matches(@"disk is full \[CL:  \d\.\d\d CQ:  \d\.\d\d INDEX:  \d\.\d\d\], messages", answer.Remark);
    }

    [Fact]
    public async Task A_one_way_send_is_stored_and_not_answered()
    {
        Target.Client.Send(RequestCode.SendMessage, SendFields("orders"), "one-way"u8);
        var answer = await Target.SendAsync("orders", "answered");
        Assert.Equal("1", answer.Fields["queueOffset"]);
        Assert.Equal(["one-way", "answered"], Messages(await Target.PullAsync("orders")).Select(m => m.Text));
    }

    [Fact]
    public async Task Sends_on_one_connection_keep_their_order()
    {
        const int count = 2000;
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => Target.SendAsync("orders", $"{i}")));
        Assert.Equal(
            Enumerable.Range(0, count).Select(i => (long)i),
            answers.Select(a => long.Parse(a.Fields["queueOffset"]))
        );
        var read = new List<string>();
        while (read.Count < count)
            read.AddRange(Messages(await Target.PullAsync("orders", offset: read.Count)).Select(m => m.Text));
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), read);
    }

    [Fact]
    public async Task A_message_with_a_delay_level_is_answered_at_once_and_delivered_later()
    {
        var answer = await Target.SendAsync("orders", "later", queueId: 2, properties: "DELAY=1 UNIQ_KEY=L");
        Assert.Equal((ResponseCode.Success, "2"), (answer.Code, answer.Fields["queueId"]));
        var delivered = await Target.PullAsync(
            "orders",
            0,
            2,
            "readers",
            ("sysFlag", 6),
            ("suspendTimeoutMillis", 15_000)
        );
        var message = Assert.Single(Messages(delivered));
        Assert.Equal(
            ("later", "orders", 2, "L"),
            (message.Text, message.Topic, message.QueueId, message.Properties["UNIQ_KEY"])
        );
        Assert.Equal("1", message.Properties["DELAY"]);
    }

    [Theory]
    [InlineData(2, -1, "%RETRY%readers")]
    [InlineData(3, -1, "%DLQ%readers")]
    [InlineData(3, 5, "%RETRY%readers")]
    [InlineData(6, 5, "%DLQ%readers")]
    public async Task A_message_that_its_client_sends_back_too_often_becomes_a_dead_letter(
        int times,
        int limitOfClient,
        string expected
    )
    {
        await Target.Client.InvokeAsync(
            RequestCode.UpdateAndCreateSubscriptionGroup,
            null,
            """{"groupName":"readers","retryMaxTimes":2}"""u8.ToArray(),
            Patience
        );
        (string, object)[] other =
            limitOfClient < 0
                ? [("reconsumeTimes", times)]
                : [("reconsumeTimes", times), ("maxReconsumeTimes", limitOfClient)];
        var answer = await Target.SendAsync("%RETRY%readers", "failed", 0, "", other);
        Assert.Equal(ResponseCode.Success, answer.Code);
        var message = Assert.Single(Messages(await Target.PullAsync(expected)));
        Assert.Equal(("failed", times), (message.Text, message.ReconsumeTimes));
    }

    [Theory]
    [InlineData("%RETRY%readers_orders", "readers_orders")]
    [InlineData("%RETRY%old_readers_more_orders", "old_readers_more_orders")]
    public async Task What_is_sent_for_a_group_that_pops_is_not_taken_for_a_group_of_that_name(
        string topic,
        string name
    )
    {
        await Target.SendAsync("orders", "x");
        await Target.SendAsync("more_orders", "x");
        foreach (var group in new[] { "readers", "old_readers" })
            await Target.PullAsync("more_orders", group: group);
        (await Target.SendAsync(topic, "again", 0, "")).EnsureSuccess();
        Assert.False(Target.Node.Groups.TryGet(System.Text.Encoding.UTF8.GetBytes(name), out _));
        Assert.Equal("again", Assert.Single(Messages(await Target.PullAsync(topic))).Text);
        (await Target.SendAsync("%RETRY%unknown_orders", "x", 0, "")).EnsureSuccess();
        Assert.True(Target.Node.Groups.TryGet("unknown_orders"u8, out _));
    }

    [Fact]
    public async Task One_way_sends_give_back_what_they_take_of_their_connections_limit()
    {
        const int count = 20;
        // Together more than a connection may have under way.
        var body = new byte[4_000_000];
        for (var i = 0; i < count; i++)
        {
            Target.Client.Send(RequestCode.SendMessage, SendFields("orders"), body);
            // Behind it on the same connection.
            await Target.CallAsync(RequestCode.GetMaxOffset, ("topic", "orders"), ("queueId", 0));
        }
        Assert.Equal($"{count}", (await Target.SendAsync("orders", "last")).Fields["queueOffset"]);
    }
}
