using Broker.Protocol;
using Broker.Tests.Core.Groups;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Refused;

/// <summary>Both ways to pull and every answer but a message that docs/reference/requests.md names for them.</summary>
public sealed class PullRefusalTests : BrokerTest
{
    const string Sql = "SQL92";

    public static TheoryData<RequestCode> Ways => [RequestCode.PullMessage, RequestCode.LitePullMessage];

    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(
            Folder.Path,
            ("autoCreateSubscriptionGroup", "false"),
            ("enablePropertyFilter", "true")
        );
        await Target.SendAsync("orders", "body", properties: "TAGS=a");
        var group = new Broker.Protocol.Bodies.SubscriptionGroupConfig { GroupName = "readers" };
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, group.ToJson());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_topic_that_may_not_be_read_is_16(RequestCode code)
    {
        await Target.CallAsync(
            RequestCode.UpdateAndCreateTopic,
            ("topic", "orders"),
            ("defaultTopic", "TBW102"),
            ("readQueueNums", 4),
            ("writeQueueNums", 4),
            ("perm", 2),
            ("topicFilterType", "SINGLE_TAG"),
            ("topicSysFlag", 0),
            ("order", "false")
        );
        var answer = await AnswerAsync(code, ResponseCode.NoPermission);
        Assert.Equal("3", answer["forbiddenType"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_topic_that_does_not_exist_is_17(RequestCode code) =>
        AnswerAsync(code, ResponseCode.TopicNotExist, ("topic", "absent"));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task The_end_of_a_queue_is_19(RequestCode code) =>
        AnswerAsync(code, ResponseCode.PullNotFound, ("queueOffset", 1));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Only_unwanted_messages_are_20(RequestCode code) =>
        AnswerAsync(code, ResponseCode.PullRetryImmediately, ("subscription", "b"));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_offset_behind_the_end_is_21_with_where_to_go_on(RequestCode code)
    {
        var answer = await AnswerAsync(code, ResponseCode.PullOffsetMoved, ("queueOffset", 7));
        Assert.Equal(("1", "0", "1"), (answer["nextBeginOffset"], answer["minOffset"], answer["maxOffset"]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public Task An_expression_that_makes_no_sense_is_23(RequestCode code) =>
        AnswerAsync(code, ResponseCode.SubscriptionParseFailed, ("expressionType", Sql), ("subscription", "a >"));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_group_without_members_has_no_subscription_and_is_24(RequestCode code) =>
        AnswerAsync(code, ResponseCode.SubscriptionNotExist, ("sysFlag", 0));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_member_that_knows_a_newer_subscription_is_25(RequestCode code)
    {
        await using var member = await JoinAsync("*", expressionType: "TAG");
        await AnswerAsync(code, ResponseCode.SubscriptionNotLatest, ("sysFlag", 0), ("subVersion", 9));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_group_that_does_not_exist_is_26(RequestCode code) =>
        AnswerAsync(code, ResponseCode.SubscriptionGroupNotExist, ("consumerGroup", "nobody"));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_subscription_that_makes_no_sense_is_27(RequestCode code)
    {
        await using var member = await JoinAsync("a >", Sql);
        await AnswerAsync(code, ResponseCode.FilterDataNotExist, ("sysFlag", 0));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_queue_that_the_topic_does_not_have_is_29(RequestCode code) =>
        AnswerAsync(code, ResponseCode.InvalidParameter, ("queueId", 99));

    async Task<Broker.Remoting.RemotingClient> JoinAsync(string expression, string expressionType)
    {
        var member = await Target.ConnectAsync();
        var wanted = Heartbeats.To("orders", expression: expression) with { ExpressionType = expressionType };
        await Heartbeats.SendAsync(member, Heartbeats.Consumer("c1", "readers", wanted));
        return member;
    }

    /// <summary>The same with either kind of header.</summary>
    async Task<RawFrame> AnswerAsync(RequestCode code, ResponseCode expected, params (string, object)[] other)
    {
        var fields = TestBroker.PullFields("orders", other: other).Select(field => (field.Key, (object)field.Value));
        var json = await Target.AskAsync(SerializeType.Json, code, fields);
        var binary = await Target.AskAsync(SerializeType.Binary, code, fields);
        Assert.Equal((expected, expected), ((ResponseCode)json.Header.Code, (ResponseCode)binary.Header.Code));
        Assert.Equal(json.Remark.Split("consumer:")[0], binary.Remark.Split("consumer:")[0]);
        return json;
    }
}
