using Broker.Host.Admin.Output;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Topics;

/// <summary><c>topicStatus</c>: the first and last offset of each queue of a topic.</summary>
static class TopicStatusVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        return new Verb(
            "topicStatus",
            "Show the offsets of a topic's queues and when each was last written.",
            call => RunAsync(call, call.Need(topic)),
            "-t orders",
            "-t orders --output json"
        )
        {
            topic,
        };
    }

    static async Task RunAsync(VerbCall call, string topic)
    {
        var offsets = new List<TopicOffset>();
        double tps = 0;
        foreach (var broker in await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false))
        {
            var answer = await call
                .Cluster.AskAsync(
                    broker.Address,
                    RequestCode.GetTopicStatsInfo,
                    new FieldList { { "topic", topic } },
                    default,
                    call.Stopping
                )
                .ConfigureAwait(false);
            var stats = TopicStatsTable.Parse(answer.Body.Span);
            offsets.AddRange(stats.Offsets);
            tps += stats.TopicPutTps;
        }
        call.Report.Table("queues", "broker", "queueId", "minOffset", "maxOffset", "lastUpdated");
        foreach (var one in offsets.OrderBy(one => one.Queue.BrokerName).ThenBy(one => one.Queue.QueueId))
            call.Report.Row(
                one.Queue.BrokerName,
                one.Queue.QueueId,
                one.MinOffset,
                one.MaxOffset,
                new Moment(one.LastUpdateTimestamp)
            );
        call.Report.Value("putTps", tps);
    }
}
