using System.Text;
using Broker.Protocol;
using Broker.Protocol.Json;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Delay;

/// <summary>Deliveries at a time of day, and taking them back, as clients see them.</summary>
public sealed class TimerTests : BrokerTest
{
    public override async ValueTask InitializeAsync() => Target = await StartAsync();

    [Fact]
    public async Task A_message_waits_for_its_time_and_its_sender_may_take_it_back()
    {
        var due = Now() + 600;
        await Target.SendAsync("orders", "later", 2, $"TIMER_DELIVER_MS={due} UNIQ_KEY=AB");
        var message = Assert.Single(await Target.AwaitAsync("orders", 0, 2));
        Assert.True(Now() >= due);
        Assert.Equal(("later", "AB"), (message.Text, message.Properties["UNIQ_KEY"]));

        due += 1_000_000;
        var answer = await Target.SendAsync("orders", "later", 2, $"TIMER_DELIVER_MS={due} UNIQ_KEY=ABC");
        Assert.Equal((ResponseCode.Success, "2"), (answer.Code, answer.Fields["queueId"]));
        var second = (due - (due % 1000 == 0 ? 1000 : due % 1000)) + 1;
        Assert.Equal($"v1 orders broker-a {second} ABC", Decoded(answer.Fields["recallHandle"]));
    }

    [Fact]
    public async Task A_past_time_is_now_and_gives_nothing_to_take_back()
    {
        var answer = await Target.SendAsync("orders", "now", 0, "TIMER_DELAY_SEC=0");
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.False(answer.Fields.ContainsKey("recallHandle"));
        Assert.Equal("now", Assert.Single(TestBroker.Messages(await Target.PullAsync("orders"))).Text);
    }

    [Theory]
    [InlineData("TIMER_DELAY_SEC=3456001")]
    [InlineData("TIMER_DELIVER_MS=soon")]
    [InlineData("__STARTDELIVERTIME=99999999999999")]
    [InlineData("TIMER_DELIVER_MS=1 TIMER_DEL_UNIQKEY=orders+A")]
    public async Task Beyond_forty_days_and_no_number_are_refused(string property)
    {
        var answer = await Target.SendAsync("orders", "x", 0, property);
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.Equal(
            "timer message illegal, the delay time should not be bigger than the max delay 3456000000ms; "
                + "or if set del msg, the delay time should be bigger than the current time",
            answer.Remark
        );
    }

    [Fact]
    public async Task A_delay_level_overrules_a_time_and_retries_have_no_handle()
    {
        var answer = await Target.SendAsync("orders", "x", 0, "TIMER_DELAY_SEC=1000 DELAY=1");
        Assert.False(answer.Fields.ContainsKey("recallHandle"));
        var message = Assert.Single(await Target.AwaitAsync("orders", 0, 0));
        Assert.False(message.Properties.ContainsKey("TIMER_DELAY_SEC"));
        answer = await Target.SendAsync("%RETRY%readers", "x", 0, "TIMER_DELAY_SEC=1000");
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.False(answer.Fields.ContainsKey("recallHandle"));
    }

    [Fact]
    public async Task Nobody_may_send_to_the_waiting_messages_themselves()
    {
        var answer = await Target.SendAsync("rmq_sys_wheel_timer", "forged", 0, "TIMER_OUT_MS=1 REAL_TOPIC=orders");
        Assert.Equal(ResponseCode.NoPermission, answer.Code);
    }

    [Fact]
    public async Task Waiting_messages_survive_a_restart_and_delivered_ones_are_not_repeated()
    {
        await Target.SendAsync("orders", "first", 0, "TIMER_DELAY_MS=1");
        await Target.AwaitAsync("orders", 0, 0);
        await Target.SendAsync("orders", "second", 0, "TIMER_DELAY_MS=1500");
        await Target.StopAsync();
        Target = await StartAsync();
        Assert.Equal("second", Assert.Single(await Target.AwaitAsync("orders", 1, 0)).Text);
        Assert.Empty(TestBroker.Messages(await Target.PullAsync("orders", 2)));
    }

    [Fact]
    public async Task A_message_is_recalled_by_the_handle_that_its_sender_got()
    {
        var due = Now() + 1_000_000;
        var answer = await Target.SendAsync("orders", "goes", 0, $"TIMER_DELIVER_MS={due} UNIQ_KEY=A");
        var recalled = await RecallAsync("orders", answer.Fields["recallHandle"]);
        Assert.Equal((ResponseCode.Success, "A"), (recalled.Code, recalled.Fields["msgId"]));
        Assert.Equal("DefaultRegion", recalled.Fields["MSG_REGION"]);
        var waiting = TestBroker.Messages(await Target.PullAsync("rmq_sys_wheel_timer"));
        Assert.Equal("orders+A", waiting[1].Properties["TIMER_DEL_UNIQKEY"]);
        Assert.Equal(waiting[0].Properties["TIMER_OUT_MS"], waiting[1].Properties["TIMER_OUT_MS"]);
    }

    [Theory]
    [InlineData("", 604, "recall handle is invalid")]
    [InlineData("%%%", 604, "recall handle is invalid")]
    [InlineData("=v1 orders", 604, "recall handle is invalid")]
    [InlineData("=v2 orders broker-a {0} A", 604, "recall handle is invalid")]
    [InlineData("=v1 stock broker-a {0} A", 604, "recall failed, topic not match")]
    [InlineData("=v1 orders broker-b {0} A", 604, "recall failed, broker service not available")]
    [InlineData("=v1 orders broker-a soon A", 604, "recall failed, timestamp invalid")]
    [InlineData("=v1 orders broker-a 1000 A", 604, "recall failed, timestamp invalid")]
    [InlineData("=v1 orders broker-a 9999999999999 A", 604, "recall failed, timestamp invalid")]
    [InlineData("=v1 orders broker-a {0} A more", 0, "not set any response code")]
    public async Task A_handle_is_checked_part_by_part(string handle, int code, string remark)
    {
        await Target.SendAsync("orders", "x");
        if (handle.StartsWith('='))
            handle = Encoded(handle[1..].Replace("{0}", $"{Now() + 60_000}"));
        var answer = await RecallAsync("orders", handle);
        Assert.Equal(((ResponseCode)code, remark), (answer.Code, answer.Remark));
        Assert.Equal("DefaultRegion", answer.Fields["MSG_REGION"]);
    }

    [Fact]
    public async Task Recalls_need_a_topic_that_exists_and_the_permission()
    {
        var handle = Encoded($"v1 missing broker-a {Now() + 60_000} A");
        var answer = await RecallAsync("missing", handle);
        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.Equal("recall failed, the topic[missing] not exist", answer.Remark);
        answer = await Target.CallAsync(RequestCode.RecallMessage, ("recallHandle", handle));
        Assert.Equal(ResponseCode.SystemError, answer.Code);

        await Target.StopAsync();
        Target = await StartAsync(("recallMessageEnable", "false"));
        answer = await RecallAsync("orders", handle);
        Assert.Equal(ResponseCode.NoPermission, answer.Code);
        Assert.Equal("recall failed, operation is forbidden", answer.Remark);
    }

    [Fact]
    public async Task Recalls_fail_while_times_are_off_or_sends_are_not_taken()
    {
        await Target.SendAsync("orders", "x");
        var handle = Encoded($"v1 orders broker-a {Now() + 60_000} A");
        await Target.StopAsync();
        Target = await StartAsync(("timerWheelEnable", "false"));
        var answer = await RecallAsync("orders", handle);
        Assert.Equal((ResponseCode.SystemError, "recall failed, execute error"), (answer.Code, answer.Remark));

        await Target.StopAsync();
        Target = await StartAsync(("startAcceptSendRequestTimeStamp", $"{Now() + 1_000_000}"));
        answer = await RecallAsync("orders", handle);
        Assert.Equal(
            (ResponseCode.ServiceNotAvailable, "recall failed, broker service not available"),
            (answer.Code, answer.Remark)
        );
    }

    [Fact]
    public async Task A_broker_that_is_no_master_recalls_nothing()
    {
        await Target.SendAsync("orders", "x");
        await Target.Node.StepDownAsync("test");
        await using var client = await Target.ConnectAsync();
        var fields = new Broker.Protocol.Headers.FieldList();
        fields.Add("topic", "orders");
        fields.Add("recallHandle", Encoded($"v1 orders broker-a {Now() + 60_000} A"));
        var answer = await client.InvokeAsync(RequestCode.RecallMessage, fields, default, TestBroker.Patience);
        Assert.Equal(ResponseCode.SlaveNotAvailable, answer.Code);
        Assert.Equal("recall failed, broker service not available", answer.Remark);
    }

    [Fact]
    public async Task Slaves_and_tools_get_how_many_wait_and_how_far_deliveries_are()
    {
        var before = Now();
        await Target.SendAsync("orders", "x", 0, "TIMER_DELAY_SEC=1000");
        await Target.SendAsync("orders", "x", 0, "TIMER_DELAY_SEC=1000");
        var start = TimeProvider.System.GetTimestamp();
        long count;
        do
        {
            var body = (await Target.CallAsync(RequestCode.GetTimerMetrics)).Body;
            count = FastJson.Parse(body.Span)["timingCount"]["orders"]["count"].AsLong();
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, "they are not counted");
        } while (count < 2);
        Assert.Equal(2, count);
        var point = (await Target.CallAsync(RequestCode.GetTimerCheckPoint)).Body;
        Assert.Equal(56, point.Length);
        var read = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(point.Span);
        Assert.InRange(read, before - 1000, Now());
        Assert.Equal(0, read % 1000);
    }

    Task<TestBroker> StartAsync(params (string, string)[] settings) =>
        TestBroker.StartAsync(Folder.Path, [("recallMessageEnable", "true"), .. settings]);

    Task<RemotingResponse> RecallAsync(string topic, string handle) =>
        Target.CallAsync(
            RequestCode.RecallMessage,
            ("topic", topic),
            ("recallHandle", handle),
            ("producerGroup", "producers")
        );

    static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    static string Encoded(string handle) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(handle)).Replace('+', '-').Replace('/', '_');

    static string Decoded(string handle) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(handle.Replace('-', '+').Replace('_', '/')));
}
