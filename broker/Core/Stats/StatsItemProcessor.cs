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
        if (Find(name, key) is not { } traffic)
            throw new RefusedException(ResponseCode.SystemError, $"The stats <{name}> <{key}> not exist");
        Func<TrafficSample, long> value = name.EndsWith("_SIZE", StringComparison.Ordinal)
            ? sample => sample.Bytes
            : sample => sample.Messages;
        request.Reply(
            new BrokerStatsData(
                Item(traffic.Minute, value),
                Item(traffic.Hour, value),
                Item(traffic.Day, value)
            ).ToJson()
        );
    }

    /// <summary>
    /// The counter of a name and key in the reference's form; null when nothing was counted under it.
    /// </summary>
    Traffic? Find(string name, string key) =>
        name switch
        {
            "TOPIC_PUT_NUMS" or "TOPIC_PUT_SIZE" => topics.TryGet(key, out var topic) ? topic.Stats as Traffic : null,
            "GROUP_GET_NUMS" or "GROUP_GET_SIZE" => stats.PairOf(key),
            "SNDBCK_PUT_NUMS" => stats.PairOf(key)?.SentBack,
            "BROKER_PUT_NUMS" when key == options.BrokerClusterName => stats.Put,
            "BROKER_GET_NUMS" when key == options.BrokerClusterName => stats.Get,
            _ => null,
        };

    static BrokerStatsItem Item(SampleRing ring, Func<TrafficSample, long> value)
    {
        var (oldest, newest) = ring.Ends();
        var sum = value(newest) - value(oldest);
        var (ms, calls) = (newest.TimeMs - oldest.TimeMs, newest.Calls - oldest.Calls);
        return new BrokerStatsItem(sum, ms <= 0 ? 0 : sum * 1000.0 / ms, calls <= 0 ? 0 : (double)sum / calls);
    }
}
