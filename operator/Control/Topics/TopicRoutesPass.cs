using System.Collections.Concurrent;
using Operator.Api.Topics;
using Operator.Control.Admin;
using Operator.Control.Apply;
using Operator.Control.Catalogues;
using Operator.Control.Observe;
using Operator.Plan.Remote;

namespace Operator.Control.Topics;

/// <summary>
/// Looks at what name servers tell clients of an instance's Topics, one topic after the other and each once a period,
/// and writes what changed.
/// </summary>
sealed class TopicRoutesPass(
    NameServerAdmin nameServers,
    KindCache<Topic> cache,
    StatusWriter<Topic, TopicStatus> statuses,
    OperatorSettings settings,
    TimeProvider time
) : IRemotePass
{
    /// <summary>
    /// Brokers tell name servers of a change at once, and of everything every 30 s: what is missing for so long is
    /// worth a word.
    /// </summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>After a name server that did not answer, and while clients are not told.</summary>
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>Within <see cref="Grace"/>.</summary>
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    readonly Rota<Topic> _rota = new(TopicRoutePlanner.IsReady, TopicRoutePlanner.IsTold, settings, time);

    /// <summary>Since when a topic's routes are not complete.</summary>
    readonly ConcurrentDictionary<string, long> _missing = new();

    /// <inheritdoc/>
    public async Task<(TimeSpan? Next, bool Settled)> RunAsync(
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        var topics = cache.OfInstance(context.Key);
        if (topics.Count == 0 || context.NameServers.Count == 0)
            return (null, true);
        var next = await _rota.RunAsync(
            topics,
            (topic, token) => TellAsync(topic, context.NameServers, token),
            cancellationToken
        );
        Forget();
        return (next, true);
    }

    /// <summary>When to try again; null for the next period.</summary>
    async Task<TimeSpan?> TellAsync(Topic topic, IReadOnlyList<string> servers, CancellationToken cancellationToken)
    {
        if (await LookAsync(TopicPlanner.RealName(topic), servers, cancellationToken) is not { } routes)
            return RetryAfter;
        var isComplete = TopicRoutePlanner.IsComplete(topic, routes);
        if (isComplete)
            _missing.TryRemove(topic.Metadata.Uid!, out _);
        else if (time.GetElapsedTime(_missing.GetOrAdd(topic.Metadata.Uid!, time.GetTimestamp())) < Grace)
            return LookAgain;
        var retry = TopicRoutePlanner.Plan(topic, routes, time.GetUtcNow()) is { } status
            ? await statuses.WriteAsync(topic, status, cancellationToken)
            : null;
        return isComplete ? retry : retry ?? RetryAfter;
    }

    /// <summary>Null when not every name server answers: it is not the topic that something is wrong with.</summary>
    async Task<IReadOnlyList<TopicRoute>?> LookAsync(
        string topic,
        IReadOnlyList<string> servers,
        CancellationToken cancellationToken
    )
    {
        var routes = new List<TopicRoute>();
        try
        {
            foreach (var server in servers)
            {
                var route = await nameServers.ReadRouteAsync(server, topic, cancellationToken);
                routes.Add(new TopicRoute(server, route?.QueueDatas.Sum(queues => queues.WriteQueueNums)));
            }
        }
        catch (Exception e) when (AdminFailures.IsOne(e))
        {
            return null;
        }
        return routes;
    }

    /// <summary>Topics that are gone are looked at no more.</summary>
    void Forget()
    {
        var late = _missing.Where(m => time.GetElapsedTime(m.Value) > Grace).Select(m => m.Key).ToList();
        if (late.Count == 0)
            return;
        var living = cache.List().Select(topic => topic.Metadata.Uid!).ToHashSet(StringComparer.Ordinal);
        foreach (var uid in late.Where(uid => !living.Contains(uid)))
            _missing.TryRemove(uid, out _);
    }
}
