using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

public sealed class MembershipTests : BrokerTest
{
    [Fact]
    public async Task A_heartbeat_makes_the_group_its_retry_topic_and_a_member()
    {
        var answer = await BeatAsync("c1", "readers", Heartbeats.To("orders"));
        Assert.Equal(("true", "true"), (answer.Fields["IS_SUPPORT_HEART_BEAT_V2"], answer.Fields["IS_SUB_CHANGE"]));
        Assert.True(Target.Node.Groups.TryGet("readers"u8, out _));
        Assert.True(Target.Node.Topics.TryGet("%RETRY%readers", out var retry));
        Assert.Equal((1, 1, 6), (retry.ReadQueues, retry.WriteQueues, retry.Config.Perm));
        Assert.Equal("{\"consumerIdList\":[\"c1\"]}", Body(await IdsAsync("readers")));
    }

    [Fact]
    public async Task A_group_without_members_is_answered_in_the_words_that_clients_look_for()
    {
        var answer = await IdsAsync("nobody");
        Assert.Equal((ResponseCode.SystemError, "no consumer for this group, nobody"), (answer.Code, answer.Remark));
        Assert.True(answer.Body.IsEmpty);
    }

    [Fact]
    public async Task Members_are_told_when_one_joins_leaves_or_hangs_up()
    {
        var pushes = new PushRecorder();
        await using var first = await pushes.ConnectAsync(Target.Address);
        await Heartbeats.SendAsync(first, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
        await pushes.AwaitAsync(1);
        await BeatAsync("c2", "readers", Heartbeats.To("orders"));
        await pushes.AwaitAsync(2);
        await Target.CallAsync(RequestCode.UnregisterClient, ("clientID", "c2"), ("consumerGroup", "readers"));
        await pushes.AwaitAsync(3);
        Assert.Equal("{\"consumerIdList\":[\"c1\"]}", Body(await IdsAsync("readers")));
        await using (var third = await Target.ConnectAsync())
        {
            await Heartbeats.SendAsync(third, Heartbeats.Consumer("c3", "readers", Heartbeats.To("orders")));
            await pushes.AwaitAsync(4);
        }
        await pushes.AwaitAsync(5);
        Assert.Equal("{\"consumerIdList\":[\"c1\"]}", Body(await IdsAsync("readers")));
    }

    [Fact]
    public async Task The_same_heartbeat_again_tells_nobody()
    {
        var pushes = new PushRecorder();
        await using var first = await pushes.ConnectAsync(Target.Address);
        for (var i = 0; i < 3; i++)
            await Heartbeats.SendAsync(first, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
        await Heartbeats.SendAsync(
            first,
            Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders"), Heartbeats.To("stock"))
        );
        await pushes.AwaitAsync(2);
        Assert.Equal(2, pushes.Count);
    }

    [Fact]
    public async Task A_newer_subscription_replaces_the_older_and_missing_topics_go()
    {
        await BeatAsync("c1", "readers", Heartbeats.To("orders", 2, "a"), Heartbeats.To("stock"));
        await BeatAsync("c1", "readers", Heartbeats.To("orders", 1, "old"));
        var connections = await ConnectionsAsync("readers");
        var subscription = Assert.Single(connections.Subscriptions);
        Assert.Equal(("orders", "a"), (subscription.Topic, subscription.SubString));
        await BeatAsync("c1", "readers", Heartbeats.To("orders", 3, "new"));
        Assert.Equal("new", (await ConnectionsAsync("readers")).Subscriptions[0].SubString);
    }

    [Fact]
    public async Task The_connections_of_a_group_are_listed_with_what_it_wants()
    {
        await BeatAsync("c1", "readers", Heartbeats.To("orders", 7, "a || b"));
        var connections = await ConnectionsAsync("readers");
        Assert.Equal(
            (ConsumeType.Passively, MessageModel.Clustering),
            (connections.ConsumeType, connections.MessageModel)
        );
        var member = Assert.Single(connections.Connections);
        Assert.Equal("c1", member.ClientId);
        Assert.Contains("127.0.0.1:", member.ClientAddr, StringComparison.Ordinal);
        var missing = await Target.CallAsync(RequestCode.GetConsumerConnectionList, ("consumerGroup", "nobody"));
        Assert.Equal(ResponseCode.ConsumerNotOnline, missing.Code);
    }

    [Fact]
    public async Task Producers_are_listed_until_they_leave()
    {
        var heartbeat = new HeartbeatData { ClientId = "p1", ProducerGroups = ["writers"] };
        await Heartbeats.SendAsync(Target.Client, heartbeat);
        var found = await Target.CallAsync(RequestCode.GetProducerConnectionList, ("producerGroup", "writers"));
        Assert.Contains("\"clientId\":\"p1\"", Body(found), StringComparison.Ordinal);
        var all = await Target.CallAsync(RequestCode.GetAllProducerInfo);
        Assert.Contains("\"writers\":[{\"clientId\":\"p1\"", Body(all), StringComparison.Ordinal);
        Assert.Contains("\"remoteIP\":\"/127.0.0.1:", Body(all), StringComparison.Ordinal);
        await Target.CallAsync(RequestCode.UnregisterClient, ("clientID", "p1"), ("producerGroup", "writers"));
        var gone = await Target.CallAsync(RequestCode.GetProducerConnectionList, ("producerGroup", "writers"));
        Assert.Equal((ResponseCode.SystemError, "the producer group[writers] not exist"), (gone.Code, gone.Remark));
    }

    [Fact]
    public async Task A_short_heartbeat_is_enough_while_its_subscriptions_are_known()
    {
        var full = Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")) with { Fingerprint = 5 };
        var brief = Heartbeats.Consumer("c1", "readers") with { Fingerprint = 5, WithoutSubscriptions = true };
        Assert.Equal("true", (await Heartbeats.SendAsync(Target.Client, brief)).Fields["IS_SUB_CHANGE"]);
        await Heartbeats.SendAsync(Target.Client, full);
        Assert.Equal("false", (await Heartbeats.SendAsync(Target.Client, brief)).Fields["IS_SUB_CHANGE"]);
        Assert.Single((await ConnectionsAsync("readers")).Subscriptions);
        var changed = brief with { Fingerprint = 6 };
        Assert.Equal("true", (await Heartbeats.SendAsync(Target.Client, changed)).Fields["IS_SUB_CHANGE"]);
    }

    [Fact]
    public async Task Members_that_stopped_their_heartbeats_are_hung_up_on()
    {
        await using var silent = await Target.ConnectAsync();
        await Heartbeats.SendAsync(silent, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
        Assert.Equal(0, Target.Node.Consumers.CloseSilent(TimeSpan.FromMinutes(2)));
        Assert.Equal(1, Target.Node.Consumers.CloseSilent(TimeSpan.Zero));
        await silent.Completion.WaitAsync(TestBroker.Patience);
        var start = TimeProvider.System.GetTimestamp();
        while ((await IdsAsync("readers")).Code == ResponseCode.Success)
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, "still a member");
    }

    [Fact]
    public async Task A_heartbeat_that_is_no_json_is_refused_and_the_connection_lives()
    {
        var answer = await Target.Client.InvokeAsync(
            RequestCode.HeartBeat,
            null,
            "{\"clientID\":"u8.ToArray(),
            TestBroker.Patience
        );
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("JSON", answer.Remark, StringComparison.Ordinal);
        await BeatAsync("c1", "readers");
    }

    async Task<RemotingResponse> BeatAsync(string clientId, string group, params SubscriptionData[] subscriptions)
    {
        var answer = await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer(clientId, group, subscriptions));
        Assert.Equal(ResponseCode.Success, answer.Code);
        return answer;
    }

    Task<RemotingResponse> IdsAsync(string group) =>
        Target.CallAsync(RequestCode.GetConsumerListByGroup, ("consumerGroup", group));

    async Task<ConsumerConnection> ConnectionsAsync(string group) =>
        ConsumerConnection.Parse(
            (await Target.CallAsync(RequestCode.GetConsumerConnectionList, ("consumerGroup", group))).Body.Span
        );

    static string Body(RemotingResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
