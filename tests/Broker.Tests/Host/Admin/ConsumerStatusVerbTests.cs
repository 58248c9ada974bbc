using System.Text.Json;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>Verbs that ask a consumer through the broker it is connected to.</summary>
public sealed class ConsumerStatusVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    const string Running = """
        {"jstack":"main\n  at work","mqTable":{{"brokerName":"broker-a","queueId":1,"topic":"asked"}:
        {"cachedMsgCount":3,"commitOffset":7,"droped":false,"locked":true}},
        "properties":{"PROP_CLIENT_VERSION":"V5_3_3"},
        "statusTable":{"asked":{"consumeFailedMsgs":2,"consumeFailedTPS":0.5,"consumeOKTPS":1.5,"pullTPS":2.5}},
        "subscriptionSet":[{"subString":"a || b","topic":"asked"}]}
        """;

    [Fact]
    public async Task A_member_says_what_it_does()
    {
        await using var member = await JoinAsync("answering", RequestCode.GetConsumerRunningInfo, Running);
        var shown = await cluster.JsonAsync("consumerStatus", "-g", "answering", "-i", "client-1", "-s");
        Assert.Equal("V5_3_3", Only(shown, "properties").GetProperty("value").GetString());
        Assert.Equal("a || b", Only(shown, "subscriptions").GetProperty("expression").GetString());
        var queue = Only(shown, "queues");
        Assert.Equal(1, queue.GetProperty("queueId").GetInt32());
        Assert.Equal(7, queue.GetProperty("committed").GetInt64());
        Assert.Equal(3, queue.GetProperty("cached").GetInt64());
        Assert.True(queue.GetProperty("locked").GetBoolean());
        Assert.Equal(2, Only(shown, "rates").GetProperty("failedLastHour").GetInt64());
        Assert.Equal("main\n  at work", shown.GetProperty("stacks").GetString());
    }

    [Fact]
    public async Task Progress_names_the_member_that_has_a_queue()
    {
        await using var member = await JoinAsync("owning", RequestCode.GetConsumerRunningInfo, Running);
        await cluster.CommitAsync("owning", "asked", 0, 0);
        await cluster.CommitAsync("owning", "asked", 1, 0);
        var shown = await cluster.JsonAsync("consumerProgress", "-g", "owning", "-t", "asked", "-s", "true");
        Assert.Equal(
            [null, "client-1"],
            shown.GetProperty("queues").EnumerateArray().Select(one => one.GetProperty("client").GetString())
        );
    }

    [Fact]
    public async Task A_member_that_refuses_to_answer_is_said_so()
    {
        await using var member = await JoinAsync(
            "refusing",
            RequestCode.GetConsumerRunningInfo,
            "",
            ResponseCode.SystemError
        );
        (await cluster.AdminAsync("consumerStatus", "-g", "refusing")).IsRefused(
            "client-1 is connected but does not answer"
        );
    }

    [Fact]
    public async Task A_member_consumes_one_message_at_once()
    {
        await using var member = await JoinAsync(
            "direct",
            RequestCode.ConsumeMessageDirectly,
            """{"autoCommit":true,"consumeResult":"CR_SUCCESS","order":false,"spentTimeMills":12}"""
        );
        var sent = await cluster.Broker.SendAsync("asked", "body");
        string id = sent.Fields["msgId"];
        var shown = await cluster.JsonAsync("queryMsgById", "-t", "asked", "-i", id, "-g", "direct", "-d", "client-1");
        Assert.Equal("CR_SUCCESS", shown.GetProperty("consumed").GetProperty("result").GetString());
        Assert.Equal(12, shown.GetProperty("consumed").GetProperty("spentMs").GetInt64());
        (await cluster.AdminAsync("queryMsgById", "-t", "asked", "-i", id, "-g", "direct", "-d", "else")).IsRefused(
            $"{cluster.BrokerAddress} refused: "
        );
    }

    async Task<RemotingClient> JoinAsync(
        string group,
        RequestCode code,
        string body,
        ResponseCode answer = ResponseCode.Success
    )
    {
        await cluster.TopicAsync("asked");
        var client = await new AnsweringClient()
            .With(code, body, answer)
            .JoinAsync(cluster.Broker, "client-1", group, "asked");
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("consumerConnection", "-g", group)).Lines.Any(line =>
                line.StartsWith("client-1 ")
            )
        );
        return client;
    }

    static JsonElement Only(JsonElement shown, string table) =>
        Assert.Single(shown.GetProperty(table).EnumerateArray());
}
