using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Reply;

public sealed class ReplyTests : BrokerTest
{
    const string Topic = "DefaultCluster_REPLY_TOPIC";

    [Theory]
    [InlineData(RequestCode.SendReplyMessage)]
    [InlineData(RequestCode.SendReplyMessageV2)]
    public async Task A_reply_reaches_who_asked_and_is_stored(RequestCode code)
    {
        var heard = new TaskCompletionSource<(Dictionary<string, string> Fields, string Body)>();
        await using var requester = await RequesterAsync(request =>
        {
            var fields = new Dictionary<string, string>();
            foreach (var name in Pushed)
                fields[name] = request.Fields.GetString(Encoding.ASCII.GetBytes(name)) ?? "";
            heard.TrySetResult((fields, Encoding.UTF8.GetString(request.Body)));
            request.Reply(ResponseCode.Success);
        });
        var answer = await ReplyAsync("REPLY_TO_CLIENT=asker CORRELATION_ID=7 MSG_TYPE=reply", code);
        Assert.Equal((ResponseCode.Success, null), (answer.Code, answer.Remark));
        Assert.Equal(("0", "0"), (answer.Fields["queueId"], answer.Fields["queueOffset"]));
        var (fields, body) = await heard.Task.WaitAsync(TestBroker.Patience);
        Assert.Equal(("answer", Topic, "1700000000000"), (body, fields["topic"], fields["bornTimestamp"]));
        Assert.Equal(("producers", "0"), (fields["producerGroup"], fields["queueId"]));
        Assert.Contains("CORRELATION_ID\u00017\u0002", fields["properties"], StringComparison.Ordinal);
        Assert.Contains("PUSH_REPLY_TIME\u0001", fields["properties"], StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", fields["bornHost"], StringComparison.Ordinal);
        Assert.Equal(Target.Address, fields["storeHost"]);
        var stored = Assert.Single(TestBroker.Messages(await Target.PullAsync(Topic)));
        Assert.Equal(("answer", "7"), (stored.Text, stored.Properties["CORRELATION_ID"]));
        Assert.False(stored.Properties.ContainsKey("PUSH_REPLY_TIME"));
    }

    [Theory]
    [InlineData("CORRELATION_ID=7", "reply message properties[REPLY_TO_CLIENT] is null")]
    [InlineData("REPLY_TO_CLIENT=nobody", "push reply message fail, channel of <nobody> not found.")]
    public async Task A_reply_that_reaches_nobody_is_refused_and_stored(string properties, string remark)
    {
        var answer = await ReplyAsync(properties);
        Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
        Assert.Equal("0", answer.Fields["queueOffset"]);
        Assert.Single(TestBroker.Messages(await Target.PullAsync(Topic)));
    }

    [Fact]
    public async Task A_reply_beyond_the_size_of_a_message_is_refused()
    {
        await Target.ConfigureAsync("maxMessageSize=1024");
        var large = await ReplyAsync("REPLY_TO_CLIENT=asker", body: new string('x', 1025));
        Assert.Equal(ResponseCode.MessageIllegal, large.Code);
        Assert.Empty(TestBroker.Messages(await Target.PullAsync(Topic)));
    }

    [Fact]
    public async Task A_requester_that_does_not_take_the_reply_is_told_of()
    {
        await using var requester = await RequesterAsync(request => request.Reply(ResponseCode.SystemError, "no"));
        var answer = await ReplyAsync("REPLY_TO_CLIENT=asker");
        Assert.Equal((ResponseCode.SystemError, "push reply message to askerfail."), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_requester_that_has_left_is_not_found()
    {
        await using (await RequesterAsync(request => request.Reply(ResponseCode.Success)))
            Assert.Equal(ResponseCode.Success, (await ReplyAsync("REPLY_TO_CLIENT=asker")).Code);
        var start = TimeProvider.System.GetTimestamp();
        RemotingResponse answer;
        do
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, "it is still there");
            answer = await ReplyAsync("REPLY_TO_CLIENT=asker");
        } while (answer.Remark != "push reply message fail, channel of <asker> not found.");
    }

    [Fact]
    public async Task Replies_need_not_be_stored()
    {
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path, ("storeReplyMessageEnable", "false"));
        await using var requester = await RequesterAsync(request => request.Reply(ResponseCode.Success));
        var answer = await ReplyAsync("REPLY_TO_CLIENT=asker");
        Assert.Equal((ResponseCode.Success, "0", "0"), (answer.Code, answer.Fields["msgId"], answer.Fields["queueId"]));
        var lost = await ReplyAsync("REPLY_TO_CLIENT=nobody");
        Assert.False(lost.Fields.ContainsKey("msgId"));
        Assert.Equal(ResponseCode.PullNotFound, (await Target.PullAsync(Topic)).Code);
    }

    [Fact]
    public async Task A_reply_is_checked_like_a_send()
    {
        Assert.Equal(ResponseCode.InvalidParameter, (await ReplyAsync("", other: ("queueId", 9))).Code);
        Assert.Equal(ResponseCode.NoPermission, (await ReplyAsync("", other: ("topic", "SCHEDULE_TOPIC_XXXX"))).Code);
        Assert.Equal(ResponseCode.InvalidParameter, (await ReplyAsync("", other: ("topic", "no name"))).Code);
        Assert.Equal(ResponseCode.SystemError, (await ReplyAsync("", other: ("queueId", "x"))).Code);
        Assert.Equal(ResponseCode.SystemError, (await ReplyAsync("", body: "")).Code);
        var any = await ReplyAsync("", other: ("queueId", -1));
        Assert.Equal("0", any.Fields["queueId"]);
    }

    static string[] Pushed =>
        ["topic", "producerGroup", "queueId", "bornTimestamp", "bornHost", "storeHost", "storeTimestamp", "properties"];

    /// <summary>A producer that waits for answers to what it asked.</summary>
    async Task<RemotingClient> RequesterAsync(Action<Request> hear)
    {
        var client = await RemotingClient.ConnectAsync(
            Target.Address,
            new RemotingClientSettings
            {
                PushHandler = new ProcessorTable().Map(RequestCode.PushReplyMessageToClient, hear),
            }
        );
        await Heartbeats.SendAsync(client, new HeartbeatData { ClientId = "asker", ProducerGroups = ["askers"] });
        return client;
    }

    Task<RemotingResponse> ReplyAsync(
        string properties,
        RequestCode code = RequestCode.SendReplyMessage,
        string body = "answer",
        params (string, object)[] other
    )
    {
        var fields = TestBroker.SendFields(Topic, 0, TestBroker.Properties(properties), other);
        return Target.Client.InvokeAsync(
            code,
            code == RequestCode.SendReplyMessage ? fields : Short(fields),
            Encoding.UTF8.GetBytes(body),
            TestBroker.Patience
        );
    }

    /// <summary>The one-letter form.</summary>
    static FieldList Short(FieldList fields)
    {
        string[] order =
        [
            "producerGroup",
            "topic",
            "defaultTopic",
            "defaultTopicQueueNums",
            "queueId",
            "sysFlag",
            "bornTimestamp",
            "flag",
            "properties",
            "reconsumeTimes",
            "unitMode",
        ];
        var shortened = new FieldList();
        foreach (var (name, value) in fields)
        {
            if (Array.IndexOf(order, name) is var index and >= 0)
                shortened.Add($"{(char)('a' + index)}", value);
        }
        return shortened;
    }
}
