using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Topics;

/// <summary><c>statsAll</c>: rates and backlog of every topic and the groups that consume it.</summary>
static class StatsAllVerb
{
    public static Verb Create()
    {
        var active = VerbOptions.Switch("--activeTopic -a", "Only what was written or read in the last 24 hours.");
        var topic = VerbOptions.Text("--topic -t", "Only this topic.");
        return new Verb(
            "statsAll",
            "Show rates and backlog of every topic and group.",
            call => RunAsync(call, call.Get(topic), call.Get(active)),
            "",
            "-t orders",
            "-a --output json"
        )
        {
            active,
            topic,
        };
    }

    static async Task RunAsync(VerbCall call, string? only, bool active)
    {
        var topics = only is null ? await call.Cluster.TopicsAsync(call.Stopping).ConfigureAwait(false) : [only];
        call.Report.Table("stats", "topic", "group", "backlog", "inTps", "outTps", "in24h", "out24h");
        foreach (string topic in topics)
        {
            if (only is null && TopicNames.IsOfGroup(topic))
                continue;
            await TopicAsync(call, topic, active).ConfigureAwait(false);
        }
    }

    static async Task TopicAsync(VerbCall call, string topic, bool active)
    {
        var masters = await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
        var written = await RateAsync(call, masters, "TOPIC_PUT_NUMS", topic).ConfigureAwait(false);
        var groups = await call.Cluster.GroupsOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
        if (groups.Count == 0 && (written.Day > 0 || !active))
            call.Report.Row(topic, null, null, written.Tps, null, written.Day, null);
        foreach (string group in groups)
        {
            var read = await RateAsync(call, masters, "GROUP_GET_NUMS", $"{topic}@{group}").ConfigureAwait(false);
            if (active && written.Day == 0 && read.Day == 0)
                continue;
            long backlog = 0;
            foreach (var broker in masters)
            {
                var stats = await call
                    .Cluster.ConsumeStatsAsync(broker.Address, group, topic, call.Stopping)
                    .ConfigureAwait(false);
                backlog += stats.Behind;
            }
            call.Report.Row(topic, group, backlog, written.Tps, read.Tps, written.Day, read.Day);
        }
    }

    /// <summary>The rate of the last minute and the sum of 24 hours; a broker that has not counted adds none.</summary>
    static async Task<(double Tps, long Day)> RateAsync(
        VerbCall call,
        IReadOnlyList<BrokerAt> masters,
        string name,
        string key
    )
    {
        double tps = 0;
        long day = 0;
        foreach (var broker in masters)
        {
            var fields = new FieldList { { "statsName", name }, { "statsKey", key } };
            try
            {
                var answer = await call
                    .Cluster.AskAsync(broker.Address, RequestCode.ViewBrokerStatsData, fields, default, call.Stopping)
                    .ConfigureAwait(false);
                var json = FastJson.Parse(answer.Body.Span);
                tps += json["statsMinute"]["tps"].AsDouble();
                day += json["statsDay"]["sum"].AsLong();
            }
            catch (AdminFailedException failure) when (failure.Code == ResponseCode.SystemError)
            {
                // Nothing has been counted under this name yet.
            }
        }
        return (tps, day);
    }
}
