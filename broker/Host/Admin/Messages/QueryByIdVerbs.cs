using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Messages;

/// <summary><c>queryMsgById</c> and <c>queryMsgByUniqueKey</c>: one message by either of its ids.</summary>
static class QueryByIdVerbs
{
    public static Verb CreateById()
    {
        var id = VerbOptions.Required("--msgId -i", "The message id; several are separated by commas.");
        var topic = VerbOptions.Required("--topic -t", "Its topic.");
        var group = VerbOptions.Text("--consumerGroup -g", "With -d: the group of that member.");
        var client = VerbOptions.Text("--clientId -d", "Let this member of the group consume it now.");
        var verb = new Verb(
            "queryMsgById",
            "Show a message by its id, and what each group has done with it.",
            call => RunAsync(call, call.Need(topic), call.Need(id), call.Get(group), call.Get(client), offsetIds: true),
            "-t orders -i 7F00000100002A9F0000000000000000",
            "-t orders -i 7F00000100002A9F0000000000000000 -g readers -d 10.0.0.7@4711"
        )
        {
            id,
            topic,
            group,
            client,
        };
        return Direct(verb, group, client);
    }

    public static Verb CreateByUniqueKey()
    {
        var id = VerbOptions.Required("--msgId -i", "The id that the sender got.");
        var topic = VerbOptions.Required("--topic -t", "Its topic.");
        var group = VerbOptions.Text("--consumerGroup -g", "With -d: the group of that member.");
        var client = VerbOptions.Text("--clientId -d", "Let this member of the group consume it now.");
        var all = VerbOptions.Switch("--showAll -a", "Every message with this id: a sender may have sent it twice.");
        var verb = new Verb(
            "queryMsgByUniqueKey",
            "Show a message by the id that its sender gave it.",
            call =>
                call.Get(all)
                    ? AllAsync(call, call.Need(topic), call.Need(id))
                    : RunAsync(
                        call,
                        call.Need(topic),
                        call.Need(id),
                        call.Get(group),
                        call.Get(client),
                        offsetIds: false
                    ),
            "-t orders -i 7F000001003B18B4AAC23E7E5E910000"
        )
        {
            id,
            topic,
            group,
            client,
            all,
        };
        return Direct(verb, group, client);
    }

    static Verb Direct(Verb verb, System.CommandLine.Option group, System.CommandLine.Option client)
    {
        verb.Validators.Add(given =>
        {
            if (given.GetResult(group) is null != given.GetResult(client) is null)
                given.AddError("--consumerGroup and --clientId go together: one member of one group consumes it.");
        });
        return verb;
    }

    static async Task RunAsync(VerbCall call, string topic, string ids, string? group, string? client, bool offsetIds)
    {
        foreach (string id in ids.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var message = offsetIds
                ? await MessageQueries.ByOffsetIdAsync(call, topic, id).ConfigureAwait(false)
                : null;
            if (message is null)
            {
                var range = KeyRange.Ever(isUniqueKey: true);
                var found = await MessageQueries.ByKeyAsync(call, topic, id, range).ConfigureAwait(false);
                message = found is [.., var last] ? last : throw NotFound(topic, id);
            }
            if (group is not null && client is not null)
            {
                await ConsumeAsync(call, message, group, client).ConfigureAwait(false);
                continue;
            }
            MessageReport.Write(call, message);
            await MessageTracks.WriteAsync(call, message).ConfigureAwait(false);
        }
    }

    static async Task AllAsync(VerbCall call, string topic, string id)
    {
        var range = KeyRange.Ever(isUniqueKey: true);
        var found = await MessageQueries.ByKeyAsync(call, topic, id, range).ConfigureAwait(false);
        if (found.Count == 0)
            throw NotFound(topic, id);
        MessageReport.Begin(call, withBody: true);
        foreach (var message in found)
            MessageReport.Row(call, message, withBody: true);
    }

    static async Task ConsumeAsync(VerbCall call, FoundMessage message, string group, string client)
    {
        var fields = new FieldList
        {
            { "consumerGroup", group },
            { "clientId", client },
            { "msgId", message.OffsetId },
            { "topic", message.Topic },
        };
        var answer = await call
            .Cluster.AskAsync(message.StoreHost, RequestCode.ConsumeMessageDirectly, fields, default, call.Stopping)
            .ConfigureAwait(false);
        var json = FastJson.Parse(answer.Body.Span);
        call.Report.Record(
            "consumed",
            ("client", client),
            ("result", json["consumeResult"].AsText()),
            ("remark", json["remark"].AsText()),
            ("spentMs", json["spentTimeMills"].AsLong()),
            ("orderly", json["order"].AsBool())
        );
    }

    static AdminFailedException NotFound(string topic, string id) =>
        new($"there is no message {id} in {topic}: it was deleted with its time, or the topic is another");
}
