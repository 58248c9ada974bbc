using System.Collections.Concurrent;
using Broker.NameServer.KeyValues;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.NameServer.Routes;

/// <summary>
/// Routes as they are sent, made once per change of the table: ten thousand clients that ask for the same topics every
/// 30 s get copies.
/// Bounded by the number of topics, since only what exists is kept.
/// </summary>
sealed class RouteAnswers(RouteTable routes, KeyValueTable keyValues, NameServerOptions options)
{
    readonly ConcurrentDictionary<(string Topic, bool Quoted), Answer> answers = new();

    /// <summary>The body for the topic, null when no broker has it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="quoted">Numeric keys in quotes and everything in ASCII, for clients from 4.9.4 on (protocol.md
    /// §0.5).</param>
    public byte[]? Find(string topic, bool quoted)
    {
        var state = (routes.Version, keyValues.Version, options.OrderMessageEnable);
        if (answers.TryGetValue((topic, quoted), out var known) && known.State == state)
            return known.Body;
        if (routes.Find(topic) is not { } route)
        {
            answers.TryRemove((topic, quoted), out _);
            return null;
        }
        var body = Render(topic, route)
            .ToJson(quoted ? FastJsonStyle.QuotedNumberKeys | FastJsonStyle.AsciiOnly : FastJsonStyle.Compact);
        answers[(topic, quoted)] = new Answer(state, body);
        return body;
    }

    TopicRouteData Render(string topic, TopicRoute route) =>
        new()
        {
            BrokerDatas = [.. route.Groups.Select(BrokerDataOf)],
            QueueDatas = [.. route.Queues.Select(one => QueueDataOf(one.Key, one.Value))],
            FilterServerTable = route.FilterServers,
            OrderTopicConf = options.OrderMessageEnable ? keyValues.Get(KeyValueTable.OrderTopics, topic) : null,
        };

    /// <summary>A group as it stands in bodies.</summary>
    public static BrokerData BrokerDataOf(BrokerGroup group) =>
        new(group.Cluster, group.Name, group.Addresses, group.EnableActingMaster);

    static QueueData QueueDataOf(string brokerName, TopicQueues offer) =>
        new(brokerName, offer.ReadQueues, offer.WriteQueues, offer.Permission, offer.SysFlag);

    sealed record Answer((long Routes, long KeyValues, bool Ordered) State, byte[] Body);
}
