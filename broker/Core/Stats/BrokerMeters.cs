using System.Diagnostics.Metrics;
using Broker.Core.Groups;
using Broker.Core.Topics;

namespace Broker.Core.Stats;

/// <summary>
/// The instruments of what goes through the broker, by Apache 5's names. All are read at a scrape; nothing costs a
/// message.
/// </summary>
public sealed class BrokerMeters
{
    readonly BrokerStats _stats;
    readonly ConsumerLag _lag;
    readonly TopicTable _topics;
    readonly ConsumerGroups _consumers;

    /// <summary>Declares the instruments.</summary>
    public BrokerMeters(
        Meter meter,
        BrokerStats stats,
        ConsumerLag lag,
        TopicTable topics,
        SubscriptionGroups groups,
        ConsumerGroups consumers,
        ProducerGroups producers
    )
    {
        _stats = stats;
        _lag = lag;
        _topics = topics;
        _consumers = consumers;
        DeclareTraffic(meter);
        DeclareLag(meter);
        meter.CreateObservableGauge(
            "rocketmq_consumer_connections",
            Connections,
            description: "Connected members, by consumer group."
        );
        meter.CreateObservableGauge(
            "rocketmq_consumer_subscription_consistent",
            Consistent,
            description: "1 where all connected members of a group subscribe to the same topics by the same "
                + "expressions, 0 where they do not, by consumer group."
        );
        meter.CreateObservableGauge(
            "rocketmq_producer_connections",
            () => producers.Counts.Connections,
            description: "Connected producers."
        );
        meter.CreateObservableGauge("rocketmq_topic_number", () => topics.Count, description: "Topics.");
        meter.CreateObservableGauge(
            "rocketmq_consumer_group_number",
            () => groups.Count,
            description: "Consumer groups."
        );
    }

    void DeclareTraffic(Meter meter)
    {
        meter.CreateObservableCounter(
            "rocketmq_messages_in_total",
            () => PerTopic(traffic => traffic.Messages),
            description: "Messages stored, by topic."
        );
        meter.CreateObservableCounter(
            "rocketmq_throughput_in_total",
            () => PerTopic(traffic => traffic.Bytes),
            description: "Bytes of messages stored, by topic."
        );
        meter.CreateObservableCounter(
            "rocketmq_messages_out_total",
            () => PerGroup(traffic => traffic.Messages),
            description: "Messages handed to consumers, by topic and group."
        );
        meter.CreateObservableCounter(
            "rocketmq_throughput_out_total",
            () => PerGroup(traffic => traffic.Bytes),
            description: "Bytes of messages handed to consumers, by topic and group."
        );
    }

    void DeclareLag(Meter meter)
    {
        meter.CreateObservableGauge(
            "rocketmq_consumer_lag_messages",
            () => _lag.All().Select(lag => new Measurement<long>(lag.Messages, Labels(lag.Topic, lag.Group))),
            description: "Messages that a group has not consumed yet, by topic and group."
        );
        meter.CreateObservableGauge(
            "rocketmq_consumer_lag_latency",
            () => _lag.All().Select(lag => new Measurement<long>(lag.LatencyMs, Labels(lag.Topic, lag.Group))),
            description: "Age in ms of the oldest message that a group has not consumed yet, by topic and group."
        );
    }

    IEnumerable<Measurement<long>> PerTopic(Func<TopicTraffic, long> value)
    {
        foreach (var topic in _topics.All)
        {
            if (topic.Stats is TopicTraffic traffic)
                yield return new Measurement<long>(
                    value(traffic),
                    new KeyValuePair<string, object?>("topic", topic.Name)
                );
        }
    }

    IEnumerable<Measurement<long>> PerGroup(Func<GroupTraffic, long> value) =>
        _stats.Groups.Select(one => new Measurement<long>(value(one), Labels(one.Topic, one.Group)));

    IEnumerable<Measurement<int>> Connections() =>
        _consumers.All.Select(group => new Measurement<int>(
            group.MemberCount,
            new KeyValuePair<string, object?>("consumer_group", group.Name)
        ));

    IEnumerable<Measurement<int>> Consistent() =>
        _consumers
            .All.Where(group => group.IsCompared)
            .Select(group => new Measurement<int>(
                group.IsConsistent ? 1 : 0,
                new KeyValuePair<string, object?>("consumer_group", group.Name)
            ));

    static KeyValuePair<string, object?>[] Labels(string topic, string group) =>
        [new("topic", topic), new("consumer_group", group)];
}
