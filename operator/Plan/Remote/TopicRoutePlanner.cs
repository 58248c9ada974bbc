using Operator.Api.Conditions;
using Operator.Api.Topics;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>Says whether clients find a topic, as name servers see it. A pure function.</summary>
public static class TopicRoutePlanner
{
    /// <summary>Whether there is something to find: the brokers have the topic.</summary>
    public static bool IsReady(Topic topic) => Has(topic, ConditionType.Ready, "True");

    /// <summary>Whether the status says anything of routes for the spec as it is, which may want more queues.</summary>
    public static bool IsTold(Topic topic) =>
        topic.Status?.Conditions?.Any(c => IsRouted(c) && c.ObservedGeneration == topic.Metadata.Generation) == true;

    /// <summary>Whether every name server tells of every queue that the brokers have.</summary>
    public static bool IsComplete(Topic topic, IReadOnlyList<TopicRoute> routes) =>
        routes.All(route => route.Queues is { } queues && queues >= Wanted(topic));

    /// <summary>The status to write; null when it is the one that the topic has, or the topic is not Ready.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="routes">One of each name server.</param>
    /// <param name="now">The time of a transition.</param>
    public static TopicStatus? Plan(Topic topic, IReadOnlyList<TopicRoute> routes, DateTimeOffset now)
    {
        if (topic.Status is not { } before || !IsReady(topic))
            return null;
        var set = new ConditionSet(ResourceKinds.Topic, before.Conditions, topic.Metadata.Generation, now);
        foreach (var type in Enum.GetValues<ConditionType>())
            set.Keep(type);
        set.Set(ConditionType.Routed, Routed(topic, routes));
        var status = before with { Conditions = set.Build() };
        return StatusJson.Same(before, status) ? null : status;
    }

    static Verdict Routed(Topic topic, IReadOnlyList<TopicRoute> routes)
    {
        var wanted = Wanted(topic);
        foreach (var (nameServer, queues) in routes)
        {
            if (queues is null)
                return Verdict.False(Reason.NotToldToClients, $"Name server {nameServer} does not know the topic");
            if (queues < wanted)
            {
                return Verdict.False(
                    Reason.NotToldToClients,
                    $"Name server {nameServer} tells clients of {queues} queues, and brokers have {wanted}"
                );
            }
        }
        return Verdict.True(Reason.ToldToClients, "Every name server tells clients of the topic");
    }

    static int Wanted(Topic topic) => topic.Status?.Queues ?? 0;

    static bool Has(Topic topic, ConditionType type, string status) =>
        topic.Status?.Conditions?.Any(c => c.Type == type.ToString() && c.Status == status) == true;

    static bool IsRouted(k8s.Models.V1Condition condition) => condition.Type == nameof(ConditionType.Routed);
}
