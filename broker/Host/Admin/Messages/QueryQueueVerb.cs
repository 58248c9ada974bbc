using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Messages;

/// <summary><c>queryCq</c>: entries of a consume queue, as the broker has them on disk.</summary>
static class QueryQueueVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var queue = VerbOptions.RequiredNumber("--queue -q", "The queue.", 0, int.MaxValue);
        var index = VerbOptions.RequiredNumber("--index -i", "The first entry.", 0, long.MaxValue);
        var count = VerbOptions.Number("--count -c", "How many entries.", 10, 1, 1000);
        var broker = VerbOptions.Text("--broker -b --brokerAddr", "The broker: host:port. Else the topic's first.");
        var group = VerbOptions.Text("--consumer -g", "Also whether this group's subscription matches each.");
        return new Verb(
            "queryCq",
            "Show entries of a consume queue.",
            call => RunAsync(call, call.Need(topic), call.Get(broker), call.Get(group), Fields(call)),
            "-t orders -q 0 -i 0 -c 5"
        )
        {
            topic,
            queue,
            index,
            count,
            broker,
            group,
        };

        FieldList Fields(VerbCall call) =>
            new()
            {
                { "topic", call.Need(topic) },
                { "queueId", call.Need(queue) },
                { "index", call.Need(index) },
                { "count", call.Need(count) },
                { "consumerGroup", call.Get(group) },
            };
    }

    static async Task RunAsync(VerbCall call, string topic, string? address, string? group, FieldList fields)
    {
        if (address is null)
        {
            var masters = await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
            address = masters is [var first, ..]
                ? first.Address
                : throw new AdminFailedException($"no master of {topic} is registered");
        }
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.QueryConsumeQueue, fields, default, call.Stopping)
            .ConfigureAwait(false);
        var json = FastJson.Parse(answer.Body.Span);
        string[] columns = ["logPosition", "size", "tagsCode", "message"];
        call.Report.Table("entries", group is null ? columns : [.. columns, "matches"]);
        foreach (var entry in json["queueData"].Items)
        {
            object?[] cells =
            [
                entry["physicOffset"].AsLong(),
                entry["physicSize"].AsLong(),
                entry["tagsCode"].AsLong(),
                entry["msg"].AsText(),
                entry["eval"].AsBool(),
            ];
            call.Report.Row(cells.AsSpan(0, group is null ? 4 : 5));
        }
        call.Report.Value("minIndex", json["minQueueIndex"].AsLong());
        call.Report.Value("maxIndex", json["maxQueueIndex"].AsLong());
        if (group is not null)
            call.Report.Value("subscription", json["subscriptionData"]["subString"].AsText());
    }
}
