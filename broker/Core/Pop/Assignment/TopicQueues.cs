using System.Collections.Concurrent;
using Broker.Core.Configuration;
using Broker.Core.Registration;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;

namespace Broker.Core.Pop.Assignment;

/// <summary>
/// All queues of a topic, of every broker: as a name server has them, asked again after a while; this broker's own when
/// there is no name server.
/// </summary>
sealed class TopicQueues(
    NameServerRegistration nameServers,
    TopicTable topics,
    BrokerOptions options,
    TimeProvider time
)
{
    /// <summary>Members ask every 20 s each.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Topics whose groups ask the broker for queues, some kilobytes each; more are asked for each time.
    /// </summary>
    const int KnownMax = 10_000;

    readonly ConcurrentDictionary<string, (long Asked, IReadOnlyList<MessageQueue> Queues)> _known = new();

    /// <summary>The queues that may be read, sorted; null when nobody knows the topic.</summary>
    public async Task<IReadOnlyList<MessageQueue>?> FindAsync(string topic)
    {
        if (_known.TryGetValue(topic, out var known) && time.GetElapsedTime(known.Asked) < Freshness)
            return known.Queues;
        var answer = await nameServers.AskRouteAsync(topic);
        // A topic that was made a moment ago is not registered yet.
        if (answer is not { Code: ResponseCode.Success })
            return Own(topic);
        var queues = Sorted(TopicRouteData.Parse(answer.Body.Span), topic);
        if (_known.Count < KnownMax || _known.ContainsKey(topic))
            _known[topic] = (time.GetTimestamp(), queues);
        return queues;
    }

    IReadOnlyList<MessageQueue>? Own(string topic) =>
        topics.TryGet(topic, out var own)
            ? [.. Enumerable.Range(0, own.ReadQueues).Select(id => new MessageQueue(topic, options.BrokerName, id))]
            : null;

    static IReadOnlyList<MessageQueue> Sorted(TopicRouteData route, string topic) =>
        [
            .. route
                .QueueDatas.Where(data => ((TopicPermission)data.Perm & TopicPermission.Read) != 0)
                .OrderBy(data => data.BrokerName, StringComparer.Ordinal)
                .SelectMany(data =>
                    Enumerable.Range(0, data.ReadQueueNums).Select(id => new MessageQueue(topic, data.BrokerName, id))
                ),
        ];
}
