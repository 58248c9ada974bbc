using System.Globalization;
using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Stats;

/// <summary>
/// Serves VIEW_BROKER_STATS_DATA (315): one figure of a topic, of a topic and group, or of the whole broker, over the
/// last minute, hour and day.
/// </summary>
sealed class StatsItemProcessor(BrokerOptions options, BrokerStats stats, TopicTable topics)
{
    public void Register(ProcessorTable processors) => processors.Map(RequestCode.ViewBrokerStatsData, View);

    void View(Request request)
    {
        var read = request.Read();
        var name = read.OptionalString("statsName"u8) ?? "null";
        var key = read.OptionalString("statsKey"u8) ?? "null";
        if (Find(name, key) is not { } counted)
            throw new RefusedException(ResponseCode.SystemError, $"The stats <{name}> <{key}> not exist");
        Func<TrafficSample, long> value = name.EndsWith("_SIZE", StringComparison.Ordinal)
            ? sample => sample.Bytes
            : sample => sample.Messages;
        // The reference adds up messages of the whole broker without their calls.
        var hasCalls = !name.StartsWith("BROKER_", StringComparison.Ordinal);
        request.Reply(
            new BrokerStatsData(
                Item(counted, traffic => traffic.Minute, value, hasCalls),
                Item(counted, traffic => traffic.Hour, value, hasCalls),
                Item(counted, traffic => traffic.Day, value, hasCalls)
            ).ToJson()
        );
    }

    /// <summary>
    /// The counter of a name and key in the reference's form; null when nothing was counted under it.
    /// </summary>
    Counted? Find(string name, string key) =>
        name switch
        {
            "TOPIC_PUT_NUMS" or "TOPIC_PUT_SIZE" => Of(
                topics.TryGet(key, out var topic) ? topic.Stats as Traffic : null
            ),
            "GROUP_GET_NUMS" or "GROUP_GET_SIZE" => Of(stats.PairOf(key)),
            "SNDBCK_PUT_NUMS" => Of(stats.PairOf(key)?.SentBack),
            "GROUP_ACK_NUMS" => Of(stats.PairOf(key)?.Acked),
            "GROUP_CK_NUMS" => Of(stats.PairOf(key)?.Checkpoints),
            "TOPIC_PUT_LATENCY" => Of(PutTimes(key)),
            "GROUP_GET_LATENCY" => Of(GetTimes(key)),
            "CONSUMER_REGISTER_TIME" or "PRODUCER_REGISTER_TIME" or "CHANNEL_ACTIVITY" => Of(
                stats.Clients.Find(name, key, options.BrokerClusterName)
            ),
            "BROKER_ACK_NUMS" when key == options.BrokerClusterName => OfUsed(stats.Acked),
            "BROKER_CK_NUMS" when key == options.BrokerClusterName => OfUsed(stats.Checkpoints),
            "BROKER_PUT_NUMS" when key == options.BrokerClusterName => Of(stats.Put),
            "BROKER_GET_NUMS" when key == options.BrokerClusterName => Of(stats.Get),
            "BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC" when key == options.BrokerClusterName => new Counted(
                stats.Put,
                [.. topics.All.Where(one => IsSystem(one.Name)).Select(one => one.Stats).OfType<Traffic>()]
            ),
            "BROKER_GET_NUMS_WITHOUT_SYSTEM_TOPIC" when key == options.BrokerClusterName => new Counted(
                stats.Get,
                [.. stats.Groups.Where(pair => IsSystem(pair.Topic))]
            ),
            _ => null,
        };

    /// <summary>Of <c>queueId@topic</c>.</summary>
    Traffic? PutTimes(string key) =>
        TryQueue(key, out var queueId, out var name) && topics.TryGet(name, out var topic)
            ? (topic.Stats as TopicTraffic)?.PutTimes.Of(queueId)
            : null;

    /// <summary>Of <c>queueId@topic@group</c>.</summary>
    Traffic? GetTimes(string key) =>
        TryQueue(key, out var queueId, out var pair) ? stats.PairOf(pair)?.GetTimes.Of(queueId) : null;

    static bool TryQueue(string key, out int queueId, out string rest)
    {
        var end = key.IndexOf('@');
        rest = key[(end + 1)..];
        return int.TryParse(
            key.AsSpan(0, Math.Max(end, 0)),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out queueId
        );
    }

    bool IsSystem(string topic) => TopicName.IsSystem(topic, options);

    static Counted? Of(Traffic? traffic) => traffic is null ? null : new Counted(traffic, []);

    static Counted? OfUsed(Traffic traffic) => Of(traffic.Calls > 0 ? traffic : null);

    static BrokerStatsItem Item(
        Counted counted,
        Func<Traffic, SampleRing> ring,
        Func<TrafficSample, long> value,
        bool hasCalls
    )
    {
        var (oldest, newest) = ring(counted.All).Ends();
        var ms = newest.TimeMs - oldest.TimeMs;
        var sum = value(newest) - value(oldest);
        var calls = hasCalls ? newest.Calls - oldest.Calls : 0;
        foreach (var part in counted.Less)
        {
            (oldest, newest) = ring(part).Ends();
            sum -= value(newest) - value(oldest);
        }
        return new BrokerStatsItem(sum, ms <= 0 ? 0 : sum * 1000.0 / ms, calls <= 0 ? 0 : (double)sum / calls);
    }

    /// <summary>What was counted, less what is a part of it: all are sampled at the same moments.</summary>
    readonly record struct Counted(Traffic All, IReadOnlyList<Traffic> Less);
}
