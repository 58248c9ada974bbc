using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Configuration;

/// <summary>What a broker offers whose configuration says nothing.</summary>
public sealed class DefaultsTests : BrokerTest
{
    [Fact]
    public async Task Consumers_filter_by_properties()
    {
        await Target.SendAsync("orders", "cheap", properties: "price=5");
        await Target.SendAsync("orders", "dear", properties: "price=9");
        var answer = await Target.PullAsync(
            "orders",
            0,
            0,
            "readers",
            ("subscription", "price > 6"),
            ("expressionType", "SQL92")
        );
        Assert.Equal("dear", Assert.Single(Messages(answer)).Text);
    }

    [Fact]
    public async Task Clients_find_the_route_of_the_trace_topic_and_write_to_it()
    {
        await using var nameServer = await RemotingClient.ConnectAsync(Target.Running.NameServerAddress!.ToString());
        var route = await nameServer.InvokeAsync(
            RequestCode.GetRouteInfoByTopic,
            new() { { "topic", "RMQ_SYS_TRACE_TOPIC" } },
            default,
            Patience
        );
        route.EnsureSuccess();
        // Not made by the send: its default topic does not exist.
        (await Target.SendAsync("RMQ_SYS_TRACE_TOPIC", "x", 0, "", ("defaultTopic", "nothing"))).EnsureSuccess();
    }
}
