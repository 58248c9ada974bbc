using System.Net.Sockets;
using Broker.Core.Stats;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Stats;

public sealed class ClientTrafficTests : BrokerTest
{
    [Fact]
    public async Task Heartbeats_are_counted_once_a_group_under_the_cluster()
    {
        var heartbeat = new HeartbeatData
        {
            ClientId = "client",
            ProducerGroups = ["writers", "more writers"],
            Consumers = [new ConsumerData { GroupName = "readers" }],
        };
        for (var i = 0; i < 3; i++)
            (
                await Target.Client.InvokeAsync(RequestCode.HeartBeat, null, heartbeat.ToJson(), TestBroker.Patience)
            ).EnsureSuccess();
        Assert.Equal((3, 6), (Calls("CONSUMER_REGISTER_TIME"), Calls("PRODUCER_REGISTER_TIME")));
        (await FigureAsync("CONSUMER_REGISTER_TIME", "DefaultCluster")).EnsureSuccess();
        (await FigureAsync("PRODUCER_REGISTER_TIME", "DefaultCluster")).EnsureSuccess();
        Assert.Equal(ResponseCode.SystemError, (await FigureAsync("CONSUMER_REGISTER_TIME", "readers")).Code);
    }

    [Fact]
    public async Task Connections_are_counted_when_they_begin_end_and_break()
    {
        await TestBroker.UntilAsync(() => Activity("CONNECT") == 1);
        using (var ended = await ConnectAsync(connections: 2))
            ended.Shutdown(SocketShutdown.Both);
        await TestBroker.UntilAsync(() => Activity("CLOSE") == 1);
        Assert.Equal(0, Activity("EXCEPTION"));

        using (var broken = await ConnectAsync(connections: 3))
        {
            // The end of it is a reset.
            broken.LingerState = new LingerOption(true, 0);
        }
        await TestBroker.UntilAsync(() => Activity("CLOSE") == 2);
        Target.Node.Stats.SampleNow();
        var item = BrokerStatsData.Parse((await FigureAsync("CHANNEL_ACTIVITY", "EXCEPTION")).Body.Span).Minute;
        Assert.Equal((1, 1), (item.Sum, item.PerCall));
    }

    [Fact]
    public void A_silent_connection_is_counted_as_such_and_as_closed()
    {
        var counted = new ClientTraffic();
        Assert.Null(counted.Find("CHANNEL_ACTIVITY", "IDLE", ""));
        counted.Closed(CloseReason.IdleTimeout);
        counted.Closed(CloseReason.PeerClosed);
        Assert.Equal(1, counted.Find("CHANNEL_ACTIVITY", "IDLE", "")?.Calls);
        Assert.Equal(2, counted.Find("CHANNEL_ACTIVITY", "CLOSE", "")?.Calls);
        Assert.Null(counted.Find("CHANNEL_ACTIVITY", "EXCEPTION", ""));
    }

    /// <summary>A connection that the broker has taken, after which it has taken so many.</summary>
    async Task<Socket> ConnectAsync(int connections)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Target.Running.BrokerAddress!, TestContext.Current.CancellationToken);
        await TestBroker.UntilAsync(() => Activity("CONNECT") == connections);
        return socket;
    }

    long Activity(string key) => Calls("CHANNEL_ACTIVITY", key);

    long Calls(string name, string key = "DefaultCluster") =>
        Target.Node.Stats.Clients.Find(name, key, "DefaultCluster")?.Calls ?? 0;

    Task<RemotingResponse> FigureAsync(string name, string key) =>
        Target.CallAsync(RequestCode.ViewBrokerStatsData, ("statsName", name), ("statsKey", key));
}
