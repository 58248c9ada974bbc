using Broker.Protocol;
using Broker.Store;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Refused;

/// <summary>Every way to send and every reason to refuse that docs/reference/requests.md names for it.</summary>
public sealed class SendRefusalTests : RefusalTest
{
    /// <summary>The letters of the short form (protocol.md §2.1), which all but the oldest clients use.</summary>
    static readonly Dictionary<string, string> Short = new()
    {
        ["producerGroup"] = "a",
        ["topic"] = "b",
        ["defaultTopic"] = "c",
        ["defaultTopicQueueNums"] = "d",
        ["queueId"] = "e",
        ["sysFlag"] = "f",
        ["bornTimestamp"] = "g",
        ["flag"] = "h",
        ["properties"] = "i",
        ["reconsumeTimes"] = "j",
        ["unitMode"] = "k",
        ["batch"] = "m",
    };

    public static TheoryData<RequestCode, SerializeType> Ways => WithTypes(Sends.Concat(Replies));

    public static TheoryData<RequestCode, SerializeType> Storing => WithTypes(Sends);

    static IEnumerable<RequestCode> Sends =>
        [RequestCode.SendMessage, RequestCode.SendMessageV2, RequestCode.SendBatchMessage];

    static IEnumerable<RequestCode> Replies => [RequestCode.SendReplyMessage, RequestCode.SendReplyMessageV2];

    public override async ValueTask InitializeAsync() =>
        Target = await TestBroker.StartAsync(
            Folder.Path,
            ("autoCreateTopicEnable", "false"),
            ("autoCreateSubscriptionGroup", "false"),
            ("syncFlushTimeout", "100")
        );

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_topic_that_does_not_exist_is_17(RequestCode code, SerializeType type) =>
        await RefusedAsync(code, type, "absent", 0, ResponseCode.TopicNotExist, "topic[absent] not exist");

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_queue_that_the_topic_does_not_have_is_29(RequestCode code, SerializeType type) =>
        await RefusedAsync(code, type, "TBW102", 99, ResponseCode.InvalidParameter, "request queueId[99] is illegal, ");

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_topic_that_nobody_may_send_to_is_16(RequestCode code, SerializeType type) =>
        await RefusedAsync(
            code,
            type,
            "SCHEDULE_TOPIC_XXXX",
            0,
            ResponseCode.NoPermission,
            "Sending message to topic[SCHEDULE_TOPIC_XXXX] is forbidden."
        );

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_retry_of_a_group_that_does_not_exist_is_26(RequestCode code, SerializeType type) =>
        await RefusedAsync(
            code,
            type,
            "%RETRY%nobody",
            0,
            ResponseCode.SubscriptionGroupNotExist,
            "subscription group not exist, nobody "
        );

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_broker_that_is_not_the_master_is_14(RequestCode code, SerializeType type)
    {
        await Target.Node.StepDownAsync("test");
        await RefusedAsync(code, type, "TBW102", 0, ResponseCode.ServiceNotAvailable, "");
    }

    [Theory]
    [MemberData(nameof(Storing))]
    public async Task A_message_without_a_body_is_13(RequestCode code, SerializeType type) =>
        await RefusedAsync(code, type, "TBW102", 0, ResponseCode.MessageIllegal, "the message is illegal", body: []);

    [Theory]
    [MemberData(nameof(Storing))]
    public async Task A_message_that_replicas_do_not_confirm_in_time_is_stored_and_10(
        RequestCode code,
        SerializeType type
    )
    {
        Target.Node.Store.ConfirmedLimit = new LogPosition(0);
        var answer = await SendAsync(code, type, "TBW102", 0, Part);
        Assert.Equal((int)ResponseCode.FlushDiskTimeout, answer.Header.Code);
        Assert.Equal("0", answer["queueOffset"]);
        Target.Node.Store.ConfirmedLimit = new LogPosition(long.MaxValue);
        Assert.Single(await Target.AwaitAsync("TBW102", group: "TOOLS_CONSUMER"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_field_that_is_missing_is_1(RequestCode code, SerializeType type)
    {
        var answer = await Target.AskAsync(type, code, [], Part);
        Assert.Equal((int)ResponseCode.SystemError, answer.Header.Code);
        Assert.Matches("^the custom field <.+> is null$", answer.Remark);
    }

    /// <summary>Body of one message and, for batches, one part (protocol.md §3.6): flag 0, no properties.</summary>
    static byte[] Part => [0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'x', 0, 0];

    async Task RefusedAsync(
        RequestCode code,
        SerializeType type,
        string topic,
        int queueId,
        ResponseCode expected,
        string remark,
        byte[]? body = null
    )
    {
        var answer = await SendAsync(code, type, topic, queueId, body ?? Part);
        Assert.Equal((expected, true), ((ResponseCode)answer.Header.Code, answer.Remark.StartsWith(remark)));
    }

    Task<RawFrame> SendAsync(RequestCode code, SerializeType type, string topic, int queueId, byte[] body)
    {
        var isLong = code is RequestCode.SendMessage or RequestCode.SendReplyMessage;
        var fields = TestBroker
            .SendFields(topic, queueId, other: [("batch", code == RequestCode.SendBatchMessage ? "true" : "false")])
            .Select(field => (isLong ? field.Key : Short[field.Key], (object)field.Value));
        return Target.AskAsync(type, code, fields, body);
    }
}
