using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Refused;

/// <summary>What a broker refuses with 14 or 11 while another one is its group's master.</summary>
public sealed class StandbyTests : RefusalTest
{
    static readonly (string, object)[] Popped =
    [
        ("consumerGroup", "readers"),
        ("topic", "TBW102"),
        ("queueId", 0),
        ("maxMsgNums", 1),
        ("invisibleTime", 60_000),
        ("pollTime", 0),
        ("bornTime", 0),
        ("initMode", 0),
        ("offset", 0),
        ("extraInfo", "0 0 60000 0 0 broker-a 0 0"),
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, Readers.ToJson());
        await Target.Node.StepDownAsync("test");
    }

    [Theory]
    [InlineData(RequestCode.PopMessage)]
    [InlineData(RequestCode.AckMessage)]
    [InlineData(RequestCode.ChangeMessageInvisibleTime)]
    [InlineData(RequestCode.Notification)]
    public async Task A_pop_and_what_follows_it(RequestCode code) =>
        AssertRefused(await Target.AskAsync(SerializeType.Json, code, Popped));

    [Fact]
    public async Task Acknowledgements_of_several_messages()
    {
        var body = """{"brokerName":"broker-a","acks":[]}"""u8.ToArray();
        AssertRefused(await Target.AskAsync(SerializeType.Json, RequestCode.BatchAckMessage, [], body));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_message_that_is_sent_back(SerializeType type) =>
        AssertRefused(await Target.AskAsync(type, RequestCode.ConsumerSendMsgBack, SentBack));

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_decision_about_a_transaction_is_11(SerializeType type)
    {
        var answer = await Target.AskAsync(
            type,
            RequestCode.EndTransaction,
            [("producerGroup", "p"), ("commitOrRollback", 8), ("msgId", "x")]
        );
        Assert.Equal((int)ResponseCode.SlaveNotAvailable, answer.Header.Code);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Another_check_of_a_transaction(SerializeType type) =>
        AssertRefused(
            await Target.AskAsync(
                type,
                RequestCode.ResumeCheckHalfMessage,
                [("topic", "TBW102"), ("msgId", "7F00000100002A9F0000000000000000")]
            )
        );

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Changes_of_groups(SerializeType type)
    {
        var list = $$"""{"groupConfigList":[{{System.Text.Encoding.UTF8.GetString(Readers.ToJson())}}]}""";
        var named = new (string, object)[] { ("groupName", "readers"), ("group", "readers"), ("topic", "TBW102") };
        foreach (
            var (code, body) in new[]
            {
                (RequestCode.UpdateAndCreateSubscriptionGroup, Readers.ToJson()),
                (RequestCode.UpdateAndCreateSubscriptionGroupList, System.Text.Encoding.UTF8.GetBytes(list)),
                (RequestCode.DeleteSubscriptionGroup, []),
                (RequestCode.UpdateAndGetGroupForbidden, []),
            }
        )
            AssertRefused(await Target.AskAsync(type, code, [.. named, ("readable", "false")], body));
        Assert.True(Target.Node.Groups.TryGet("readers"u8, out _));
    }

    static SubscriptionGroupConfig Readers => new() { GroupName = "readers" };

    static void AssertRefused(RawFrame answer)
    {
        Assert.Equal(ResponseCode.ServiceNotAvailable, (ResponseCode)answer.Header.Code);
        Assert.NotEmpty(answer.Remark);
    }
}
