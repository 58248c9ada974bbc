using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Tests.Core.Groups;

/// <summary>What clients say every 30 s.</summary>
static class Heartbeats
{
    public static HeartbeatData Consumer(string clientId, string group, params SubscriptionData[] subscriptions) =>
        new()
        {
            ClientId = clientId,
            Consumers =
            [
                new ConsumerData
                {
                    GroupName = group,
                    ConsumeType = ConsumeType.Passively,
                    MessageModel = MessageModel.Clustering,
                    Subscriptions = subscriptions,
                },
            ],
        };

    public static SubscriptionData To(string topic, long version = 1, string expression = "*") =>
        new()
        {
            Topic = topic,
            SubVersion = version,
            SubString = expression,
        };

    public static Task<RemotingResponse> SendAsync(RemotingClient client, HeartbeatData heartbeat) =>
        client.InvokeAsync(RequestCode.HeartBeat, null, heartbeat.ToJson(), TestBroker.Patience);
}
