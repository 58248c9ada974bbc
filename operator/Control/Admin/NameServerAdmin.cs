using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Operator.Control.Admin;

/// <summary>What the operator asks name servers, by address; failures as in <see cref="BrokerAdmin"/>.</summary>
sealed class NameServerAdmin(AdminConnections connections)
{
    /// <summary>The namespace of the key-value table that routes of ordered topics are taken from.</summary>
    const string OrderTopics = "ORDER_TOPIC_CONFIG";

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

    /// <summary>
    /// The queues of ordered topics, by topic (code 219 in the namespace ORDER_TOPIC_CONFIG); empty when there are
    /// none.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadOrdersAsync(
        string address,
        CancellationToken cancellationToken
    )
    {
        var fields = new FieldList { { "namespace", OrderTopics } };
        var answer = await connections.InvokeAsync(
            address,
            RequestCode.GetKvListByNamespace,
            fields,
            default,
            cancellationToken
        );
        return answer.Code == ResponseCode.QueryNotFound
            ? new Dictionary<string, string>()
            : KvTable.Parse(answer.EnsureSuccess().Body.Span);
    }

    /// <summary>Tells a name server the queues of an ordered topic (code 100).</summary>
    public Task PutOrderAsync(string address, string topic, string queues, CancellationToken cancellationToken) =>
        connections.CallAsync(
            address,
            RequestCode.PutKvConfig,
            new FieldList
            {
                { "namespace", OrderTopics },
                { "key", topic },
                { "value", queues },
            },
            default,
            cancellationToken
        );

    /// <summary>
    /// Makes a name server forget the queues of a topic (code 102); one that it does not know is no error.
    /// </summary>
    public Task DeleteOrderAsync(string address, string topic, CancellationToken cancellationToken) =>
        connections.CallAsync(
            address,
            RequestCode.DeleteKvConfig,
            new FieldList { { "namespace", OrderTopics }, { "key", topic } },
            default,
            cancellationToken
        );

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
