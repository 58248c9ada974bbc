using Broker.Host.Admin.Output;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary><c>producerConnection</c> and <c>producer</c>: who is connected in order to send.</summary>
static class ProducerVerbs
{
    public static Verb CreateConnection()
    {
        var group = VerbOptions.Required("--producerGroup -g", "The producer group.");
        var topic = VerbOptions.Required("--topic -t", "A topic that it sends to: its route leads to the brokers.");
        return new Verb(
            "producerConnection",
            "List the members of a producer group.",
            call => ConnectionAsync(call, call.Need(group), call.Need(topic)),
            "-g writers -t orders"
        )
        {
            group,
            topic,
        };
    }

    public static Verb CreateAll()
    {
        var broker = VerbOptions.Required("--broker -b --brokerAddr", "The broker: host:port.");
        return new Verb(
            "producer",
            "List every producer of a broker.",
            call => AllAsync(call, call.Need(broker)),
            "-b 10.0.0.1:10911"
        )
        {
            broker,
        };
    }

    static async Task ConnectionAsync(VerbCall call, string group, string topic)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var members = new List<ClientConnection>();
        foreach (var broker in await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false))
        {
            var fields = new FieldList { { "producerGroup", group } };
            try
            {
                var answer = await call
                    .Cluster.AskAsync(
                        broker.Address,
                        RequestCode.GetProducerConnectionList,
                        fields,
                        default,
                        call.Stopping
                    )
                    .ConfigureAwait(false);
                var connected = ClientConnection.ReadSet(FastJson.Parse(answer.Body.Span));
                members.AddRange(connected.Where(member => seen.Add(member.ClientId)));
            }
            catch (AdminFailedException failure) when (failure.Code == ResponseCode.SystemError)
            {
                // Not connected to this broker.
            }
        }
        if (members.Count == 0)
            throw new AdminFailedException($"nobody of producer group {group} is connected to a broker of {topic}");
        call.Report.Table("members", "client", "address", "language", "version");
        foreach (var member in members)
            call.Report.Row(member.ClientId, member.ClientAddr, member.Language, member.Version);
    }

    static async Task AllAsync(VerbCall call, string address)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetAllProducerInfo, null, default, call.Stopping)
            .ConfigureAwait(false);
        call.Report.Table("producers", "group", "client", "address", "language", "version", "lastHeartbeat");
        foreach (var (group, clients) in FastJson.Parse(answer.Body.Span)["data"].Members)
        {
            foreach (var client in clients.Items)
                call.Report.Row(
                    group.AsText(),
                    client["clientId"].AsText(),
                    client["remoteIP"].AsText()?.TrimStart('/'),
                    client["language"].AsText(),
                    client["version"].AsInt(),
                    new Moment(client["lastUpdateTimestamp"].AsLong())
                );
        }
    }
}
