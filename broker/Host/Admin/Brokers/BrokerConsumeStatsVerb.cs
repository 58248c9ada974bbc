using Broker.Host.Admin.Output;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Brokers;

/// <summary><c>brokerConsumeStats</c>: how far every group of a broker is.</summary>
static class BrokerConsumeStatsVerb
{
    public static Verb Create()
    {
        var broker = VerbOptions.Required("--brokerAddr -b", "The broker: host:port.");
        var order = VerbOptions.Switch("--order -o", "Ordered topics only.");
        var level = VerbOptions.Number(
            "--level -l",
            "Only queues with at least so many messages left.",
            0,
            0,
            long.MaxValue
        );
        return new Verb(
            "brokerConsumeStats",
            "Show how far every consumer group of a broker is.",
            call => RunAsync(call, call.Need(broker), call.Get(order), call.Need(level)),
            "-b 10.0.0.1:10911 -l 1000"
        )
        {
            broker,
            order,
            level,
        };
    }

    static async Task RunAsync(VerbCall call, string address, bool order, long level)
    {
        var answer = await call
            .Cluster.AskAsync(
                address,
                RequestCode.GetBrokerConsumeStats,
                new FieldList { { "isOrder", order } },
                default,
                call.Stopping
            )
            .ConfigureAwait(false);
        var json = FastJson.Parse(answer.Body.Span);
        string[] columns =
        [
            "group",
            "topic",
            "broker",
            "queueId",
            "brokerOffset",
            "consumerOffset",
            "diff",
            "lastTime",
        ];
        call.Report.Table("queues", columns);
        foreach (var (group, stats) in json["consumeStatsList"].Items.SelectMany(one => one.Members))
        {
            foreach (var (key, at) in stats.Items.SelectMany(one => one["offsetTable"].Members))
            {
                var queue = MessageQueue.Read(key);
                long diff = at["brokerOffset"].AsLong() - at["consumerOffset"].AsLong();
                if (diff < level)
                    continue;
                call.Report.Row(
                    group.AsText(),
                    queue.Topic,
                    queue.BrokerName,
                    queue.QueueId,
                    at["brokerOffset"].AsLong(),
                    at["consumerOffset"].AsLong(),
                    diff,
                    new Moment(at["lastTimestamp"].AsLong())
                );
            }
        }
        call.Report.Value("diffTotal", json["totalDiff"].AsLong());
    }
}
