using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Order;

public sealed class OrderedTopicTests : BrokerTest
{
    public override async ValueTask InitializeAsync() =>
        Target = await TestBroker.StartAsync(Folder.Path, ("broadcastOrderedTopicEnable", "false"));

    [Fact]
    public async Task The_order_configuration_of_a_name_server_reaches_routes_and_the_broker()
    {
        await Target.SendAsync("orders", "1");
        await using var names = await RemotingClient.ConnectAsync(Target.Running.NameServerAddress!.ToString());
        // Off by default, as with Apache.
        var config = "orderMessageEnable=true"u8.ToArray();
        await names.InvokeAsync(RequestCode.UpdateNameServerConfig, null, config, TestBroker.Patience);
        foreach (var topic in (string[])["orders", "other"])
        {
            var put = new FieldList
            {
                { "namespace", "ORDER_TOPIC_CONFIG" },
                { "key", topic },
                { "value", "broker-a:4" },
            };
            await names.InvokeAsync(RequestCode.PutKvConfig, put, default, TestBroker.Patience);
        }
        // A new topic makes the broker register at once, and the answer brings the configuration.
        await Target.SendAsync("stock", "1");
        await TestBroker.UntilAsync(() => Target.Node.Topics.TryGet("orders", out var known) && known.Config.Order);
        var route = await names.InvokeAsync(
            RequestCode.GetRouteInfoByTopic,
            new FieldList { { "topic", "orders" } },
            default,
            TestBroker.Patience
        );
        Assert.Equal("broker-a:4", FastJsonText(route, "orderTopicConf"));
        await names.InvokeAsync(
            RequestCode.DeleteKvConfig,
            new FieldList { { "namespace", "ORDER_TOPIC_CONFIG" }, { "key", "orders" } },
            default,
            TestBroker.Patience
        );
        await Target.SendAsync("more", "1");
        await TestBroker.UntilAsync(() => Target.Node.Topics.TryGet("orders", out var known) && !known.Config.Order);
    }

    [Fact]
    public async Task A_group_in_broadcast_mode_gets_nothing_of_an_ordered_topic_where_that_is_configured()
    {
        await Target.SendAsync("orders", "1");
        await Target.SendAsync("stock", "1");
        Assert.True(Target.Node.Topics.TryGet("orders", out var topic));
        Target.Node.Topics.Update([topic.Config with { Order = true }]);
        var heartbeat = Heartbeats.Consumer("c", "listeners", Heartbeats.To("orders"), Heartbeats.To("stock"));
        var broadcast = heartbeat.Consumers[0] with { MessageModel = MessageModel.Broadcasting };
        await Heartbeats.SendAsync(Target.Client, heartbeat with { Consumers = [broadcast] });
        var refused = await Target.PullAsync("orders", group: "listeners");
        Assert.Equal((ResponseCode.NoPermission, "4"), (refused.Code, refused.Fields["forbiddenType"]));
        Assert.Contains("ordered topic[orders]", refused.Remark, StringComparison.Ordinal);
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("stock", group: "listeners")).Code);
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("orders", group: "sharers")).Code);
    }

    static string FastJsonText(RemotingResponse response, string member) =>
        Broker.Protocol.Json.FastJson.Parse(response.Body.Span)[member].AsText("");
}
