using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Operator.Control.Admin;

/// <summary>What the operator asks name servers, by address; failures as in <see cref="BrokerAdmin"/>.</summary>
sealed class NameServerAdmin(AdminConnections connections)
{
    /// <summary>All broker groups with their addresses (code 106).</summary>
    public async Task<ClusterInfo> ReadClusterAsync(string address, CancellationToken cancellationToken) =>
        ClusterInfo.Parse(
            (
                await connections.CallAsync(address, RequestCode.GetBrokerClusterInfo, null, default, cancellationToken)
            ).Span
        );

    /// <summary>Where a topic is (code 105); null when the name server does not know it.</summary>
    public async Task<TopicRouteData?> ReadRouteAsync(string address, string topic, CancellationToken cancellationToken)
    {
        var fields = new FieldList { { "topic", topic }, { "acceptStandardJsonOnly", true } };
        try
        {
            var body = await connections.CallAsync(
                address,
                RequestCode.GetRouteInfoByTopic,
                fields,
                default,
                cancellationToken
            );
            return TopicRouteData.Parse(body.Span);
        }
        catch (RefusedException refused) when (refused.Code == ResponseCode.TopicNotExist)
        {
            return null;
        }
    }

    /// <summary>Makes a name server forget a topic that no broker has any more (code 216).</summary>
    public Task DeleteTopicAsync(string address, string topic, CancellationToken cancellationToken) =>
        connections.CallAsync(
            address,
            RequestCode.DeleteTopicInNameServer,
            new FieldList { { "topic", topic } },
            default,
            cancellationToken
        );
}
