using System.Text;
using Broker.Host.Admin.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Broker.Host.Admin.Messages;

/// <summary>Sends single messages to queues that the caller chooses.</summary>
sealed class MessageSender(VerbCall call, string topic)
{
    /// <summary>The group of the reference's tools.</summary>
    const string ProducerGroup = "TOOLS_PRODUCER";

    /// <summary>The queues of the topic that can be written, master by master.</summary>
    public async Task<IReadOnlyList<(BrokerAt Broker, int QueueId)>> QueuesAsync(string? brokerName = null)
    {
        var route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        var masters = route
            .BrokerDatas.SelectMany(BrokerAt.Of)
            .Where(broker => broker.IsMaster && (brokerName is null || broker.Name == brokerName))
            .ToDictionary(broker => broker.Name);
        var queues = route
            .QueueDatas.Where(data => (data.Perm & TopicConfig.PermissionWrite) != 0)
            .Where(data => masters.ContainsKey(data.BrokerName))
            .SelectMany(data => Enumerable.Range(0, data.WriteQueueNums).Select(id => (masters[data.BrokerName], id)))
            .ToList();
        if (queues.Count > 0)
            return queues;
        throw new AdminFailedException(
            $"{topic} has no queue that can be written{(brokerName is null ? "" : $" on {brokerName}")}; "
                + "`topicRoute` shows its brokers and permission"
        );
    }

    /// <summary>Sends one message; the answer holds its id and offset.</summary>
    public Task<RemotingResponse> SendAsync(string address, int queueId, byte[] body, string? tags, string? keys)
    {
        var properties = new PropertiesWriter(stackalloc byte[256]);
        if (keys is not null)
            properties.Add(PropertyNames.Keys, keys);
        if (tags is not null)
            properties.Add(PropertyNames.Tags, tags);
        properties.Add(PropertyNames.WaitStored, "true");
        string text = Encoding.UTF8.GetString(properties.Written);
        properties.Free();
        return SendAsync(
            address,
            queueId,
            new OutgoingMessage(body, text, call.Time.GetUtcNow().ToUnixTimeMilliseconds())
        );
    }

    /// <summary>Sends a message that was made elsewhere.</summary>
    public Task<RemotingResponse> SendAsync(string address, int queueId, OutgoingMessage message)
    {
        var fields = new FieldList
        {
            { "a", ProducerGroup },
            { "b", topic },
            { "c", "TBW102" },
            // Apache's brokers make a retry topic of one queue.
            { "d", TopicNames.IsRetry(topic) ? 1 : 4 },
            { "e", queueId },
            { "f", message.SysFlag },
            { "g", message.Born },
            { "h", message.Flag },
            { "i", message.Properties },
            { "j", 0 },
            { "k", false },
            { "m", false },
        };
        return call.Cluster.AskAsync(address, RequestCode.SendMessageV2, fields, message.Body, call.Stopping);
    }
}
