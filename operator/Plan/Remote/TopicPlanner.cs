using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Api.Topics;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>Decides what to do about a Topic. A pure function of what was seen.</summary>
public static class TopicPlanner
{
    const int Readable = 4;
    const int Writable = 2;

    /// <summary>The name of a Topic on the brokers.</summary>
    public static string RealName(Topic topic) => topic.Spec.TopicName ?? topic.Metadata.Name!;

    /// <summary>
    /// Whether a Topic takes its name from others: it lives, and nothing but them keeps it from being carried out.
    /// </summary>
    public static bool Claims(Topic topic, RocketMQInstance instance) =>
        topic.Metadata.DeletionTimestamp is null
        && topic.Spec.Management == Management.Managed
        && instance.Spec.Access.Allows(topic.Metadata.NamespaceProperty!, instance.Metadata.NamespaceProperty!)
        && !IsReserved(RealName(topic), instance);

    /// <summary>Plans one pass.</summary>
    public static RemotePlan<TopicStatus, TopicSettings> Plan(RemoteObservation<Topic, TopicSettings> seen)
    {
        var topic = seen.Entity;
        var subject = new RemoteSubject<TopicSettings>
        {
            Kind = ResourceKinds.Topic,
            Word = "topic",
            Metadata = topic.Metadata,
            Reference = topic.Spec.InstanceRef,
            RealName = RealName(topic),
            DeletionPolicy = topic.Spec.DeletionPolicy,
            Management = topic.Spec.Management,
            Before = topic.Status?.Conditions,
            Violations = Violations(topic),
            IsReserved = instance => IsReserved(RealName(topic), instance),
            Limit = instance => instance.Spec.Limits.Topics,
            Wish = (index, has) => Wish(topic.Spec, index, has),
            Differences = Differences,
        };
        var decision = RemoteRules.Decide(subject, seen);
        return new(
            decision.Changes,
            decision.Finalizer,
            decision.WakeAfter,
            failures => Outcome(subject, decision, failures, seen)
        )
        {
            Order =
                IsOrdered(topic.Spec) && decision is { Holdings: { } holdings, IsFrozen: false }
                    ? OrderOf(holdings)
                    : null,
        };
    }

    /// <summary>What name servers tell the clients of an ordered topic: <c>orders-g0:8;orders-g1:8</c>.</summary>
    static string OrderOf(IReadOnlyList<(string BrokerGroup, TopicSettings Settings)> holdings) =>
        string.Join(';', holdings.Select(h => $"{h.BrokerGroup}:{h.Settings.WriteQueues}"));

    static bool IsOrdered(TopicSpec spec) =>
        spec.MessageType is MessageType.PartitionedOrder or MessageType.GlobalOrder;

    static RemoteOutcome<TopicStatus> Outcome(
        RemoteSubject<TopicSettings> subject,
        RemoteDecision<TopicSettings> decision,
        IReadOnlyList<RemoteFailure> failures,
        RemoteObservation<Topic, TopicSettings> seen
    )
    {
        if (RemoteConditions.After(decision.Verdict, failures) is not { } verdict)
            return new(null, decision.Events);
        var (before, spec) = (seen.Entity.Status, seen.Entity.Spec);
        // A refused change must be known by what was before it in the next pass too.
        var isRefused = subject.Violations.Count > 0;
        var (conditions, events) = RemoteConditions.Build(
            subject,
            verdict,
            failures.Count == 0 ? decision.Events : [],
            seen.Now
        );
        var status = new TopicStatus
        {
            TopicName = isRefused ? before?.TopicName : subject.RealName,
            InstanceRef = isRefused ? before?.InstanceRef : spec.InstanceRef,
            MessageType = isRefused ? before?.MessageType : spec.MessageType,
            Queues =
                decision.Holdings is { } holdings && failures.Count == 0
                    ? holdings.Sum(h => h.Settings.WriteQueues)
                    : before?.Queues,
            ObservedGeneration = subject.Metadata.Generation,
            Conditions = conditions,
        };
        return new(StatusJson.Same(before, status) ? null : status, events);
    }

    static IReadOnlyList<Violation> Violations(Topic topic) => Validation.Of(topic, CarriedOut(topic), TopicRules.All);

    /// <summary>The topic as it was carried out last, as far as rules ask; null before the first time.</summary>
    static Topic? CarriedOut(Topic topic) =>
        topic.Status is { TopicName: { } name } was
        && History.Counts(topic.Metadata, was.ObservedGeneration, was.Conditions)
            ? new Topic
            {
                Metadata = topic.Metadata,
                Spec = topic.Spec with
                {
                    InstanceRef = was.InstanceRef ?? topic.Spec.InstanceRef,
                    TopicName = name == RealName(topic) ? topic.Spec.TopicName : name,
                    MessageType = was.MessageType ?? topic.Spec.MessageType,
                },
            }
            : null;

    /// <summary>Brokers make a topic with the name of their cluster, and one with their own.</summary>
    static bool IsReserved(string name, RocketMQInstance instance)
    {
        var cluster = instance.Metadata.Name!;
        return name == cluster
            || TopicNames.IsReservedTopic(name)
            || name.StartsWith(cluster + "-", StringComparison.Ordinal)
                && BrokerGroup.FromLabel(cluster, name[(cluster.Length + 1)..]) is not null;
    }

    static Wish<TopicSettings> Wish(TopicSpec spec, int index, TopicSettings? has)
    {
        var isGlobal = spec.MessageType == MessageType.GlobalOrder;
        if (isGlobal && index > 0)
            return default; // one queue in all: on the first group
        var queues = isGlobal ? 1 : spec.QueuesPerBroker ?? TopicSpec.DefaultQueues;
        var permission = spec.Permission switch
        {
            TopicPermission.ReadOnly => Readable,
            TopicPermission.WriteOnly => Writable,
            _ => Readable | Writable,
        };
        var wanted = new TopicSettings(
            Math.Max(queues, has?.ReadQueues ?? 0),
            Math.Max(queues, has?.WriteQueues ?? 0),
            permission | (has?.Permission ?? 0) & ~(Readable | Writable),
            IsOrdered(spec),
            Attribute(spec.MessageType)
        );
        var most = Math.Max(wanted.ReadQueues, wanted.WriteQueues);
        return new Wish<TopicSettings>(
            wanted,
            most <= queues ? null : $"has {most} queues and spec asks for {queues}: {Advice(isGlobal, most)}"
        );
    }

    static IEnumerable<string> Differences(TopicSettings has, TopicSettings wanted)
    {
        if (has.WriteQueues != wanted.WriteQueues)
            yield return $"{Sentence.Count(has.WriteQueues, "write queue")} instead of {wanted.WriteQueues}";
        if (has.ReadQueues != wanted.ReadQueues)
            yield return $"{Sentence.Count(has.ReadQueues, "read queue")} instead of {wanted.ReadQueues}";
        if (has.Permission != wanted.Permission)
            yield return $"permission {has.Permission} instead of {wanted.Permission}";
        if (has.MessageType != wanted.MessageType)
            yield return $"message.type {has.MessageType} instead of {wanted.MessageType}";
        else if (has.IsOrdered != wanted.IsOrdered)
            yield return $"order {Text(has.IsOrdered)} instead of {Text(wanted.IsOrdered)}";

        static string Text(bool value) => value ? "true" : "false";
    }

    static string Advice(bool isGlobal, int queues) =>
        isGlobal
            ? "a topic in global order has one, so choose another topicName"
            : $"their messages would not be consumed, so set spec.queuesPerBroker to {queues} or more, or create "
                + "another topic";

    static string Attribute(MessageType type) =>
        type switch
        {
            MessageType.PartitionedOrder or MessageType.GlobalOrder => "FIFO",
            MessageType.Transaction => "TRANSACTION",
            MessageType.Delay => "DELAY",
            _ => "NORMAL",
        };
}
