using Broker.Protocol.Bodies;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Operator.Control.Admin;
using Operator.Control.Catalogues;
using Operator.Plan.Remote;

namespace Operator.Control.Topics;

/// <summary>
/// Topics on masters: codes 21, 17 and 215, and on name servers 216 and the queues of ordered topics.
/// </summary>
sealed class TopicCatalogue(BrokerAdmin brokers, NameServerAdmin nameServers, OrderTables orderTables)
    : IRemoteCatalogue<Topic, TopicStatus, TopicConfig, TopicSettings>
{
    const string MessageType = "message.type";
    const string Normal = "NORMAL";

    /// <inheritdoc/>
    public string Word => "topic";

    /// <inheritdoc/>
    public string RealName(Topic entity) => TopicPlanner.RealName(entity);

    /// <inheritdoc/>
    public bool Claims(Topic entity, RocketMQInstance instance) => TopicPlanner.Claims(entity, instance);

    /// <inheritdoc/>
    public RemotePlan<TopicStatus, TopicSettings> Plan(RemoteObservation<Topic, TopicSettings> seen) =>
        TopicPlanner.Plan(seen);

    /// <inheritdoc/>
    public TopicSettings SettingsOf(TopicConfig config) =>
        new(
            config.ReadQueueNums,
            config.WriteQueueNums,
            config.Perm,
            config.Order,
            config.Attributes?.GetValueOrDefault(MessageType) ?? Normal
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, TopicConfig>> ReadAsync(
        string address,
        CancellationToken cancellationToken
    )
    {
        var table = await brokers.ReadTopicsAsync(address, cancellationToken);
        return table.Topics.ToDictionary(t => t.TopicName);
    }

    /// <inheritdoc/>
    public async Task<TopicConfig> PutAsync(
        string address,
        string name,
        TopicSettings settings,
        TopicConfig? held,
        CancellationToken cancellationToken
    )
    {
        var attributes = new Dictionary<string, string>(held?.Attributes ?? new Dictionary<string, string>());
        // Absent means NORMAL, and a broker of the level before attributes refuses them: said only where it is needed.
        if (settings.MessageType != Normal || attributes.ContainsKey(MessageType))
            attributes[MessageType] = settings.MessageType;
        var topic = (held ?? new TopicConfig { TopicName = name }) with
        {
            ReadQueueNums = settings.ReadQueues,
            WriteQueueNums = settings.WriteQueues,
            Perm = settings.Permission,
            Order = settings.IsOrdered,
            Attributes = attributes,
        };
        await brokers.PutTopicAsync(address, topic, cancellationToken);
        return topic;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string address, string name, CancellationToken cancellationToken) =>
        brokers.DeleteTopicAsync(address, name, cancellationToken);

    /// <inheritdoc/>
    public Task TellAsync(
        IReadOnlyList<string> servers,
        IReadOnlyDictionary<string, string> orders,
        CancellationToken cancellationToken
    ) => orderTables.TellAsync(servers, orders, cancellationToken);

    /// <inheritdoc/>
    public async Task ForgetAsync(string nameServer, string name, CancellationToken cancellationToken)
    {
        await nameServers.DeleteOrderAsync(nameServer, name, cancellationToken);
        orderTables.Invalidate(nameServer);
        await nameServers.DeleteTopicAsync(nameServer, name, cancellationToken);
    }
}
