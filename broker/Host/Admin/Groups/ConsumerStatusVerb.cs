using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary><c>consumerStatus</c>: what the members of a group say of themselves, with stacks where asked.</summary>
static class ConsumerStatusVerb
{
    public static Verb Create()
    {
        var group = VerbOptions.Required("--consumerGroup -g", "The consumer group.");
        var client = VerbOptions.Text("--clientId -i", "Only this member.");
        var broker = VerbOptions.Text("--brokerAddr -b", "Ask through this broker: host:port.");
        var stacks = VerbOptions.Switch("--jstack -s", "Also the stacks of its threads.");
        return new Verb(
            "consumerStatus",
            "Show what the members of a consumer group are doing.",
            call => RunAsync(call, call.Need(group), call.Get(client), call.Get(broker), call.Get(stacks)),
            "-g readers",
            "-g readers -i 10.0.0.7@4711 -s"
        )
        {
            group,
            client,
            broker,
            stacks,
        };
    }

    static async Task RunAsync(VerbCall call, string group, string? only, string? through, bool stacks)
    {
        string address =
            through ?? (await call.Cluster.MastersOfGroupAsync(group, call.Stopping).ConfigureAwait(false))[0].Address;
        var members =
            await call.Cluster.MembersAsync(address, group, call.Stopping).ConfigureAwait(false)
            ?? throw new AdminFailedException($"nobody of group {group} is online");
        var asked = members.Connections.Where(member => only is null || member.ClientId == only).ToList();
        if (asked.Count == 0)
            throw new AdminFailedException(
                $"{only} is no member of {group}; there are "
                    + string.Join(", ", members.Connections.Select(one => one.ClientId))
            );
        foreach (var member in asked)
            await OneAsync(call, address, group, member, stacks).ConfigureAwait(false);
    }

    static async Task OneAsync(VerbCall call, string address, string group, ClientConnection member, bool stacks)
    {
        var running = await RunningClient.AskAsync(call, address, group, member.ClientId, stacks).ConfigureAwait(false);
        if (running is null)
            throw new AdminFailedException($"{member.ClientId} is connected but does not answer");
        call.Report.Table("properties", "client", "name", "value");
        foreach (var (name, value) in running["properties"].Members)
            call.Report.Row(member.ClientId, name.AsText(), value.AsText());
        call.Report.Table("subscriptions", "client", "topic", "expression");
        foreach (var wanted in running["subscriptionSet"].Items.Select(SubscriptionData.Read))
            call.Report.Row(member.ClientId, wanted.Topic, wanted.SubString);
        call.Report.Table("queues", "client", "topic", "broker", "queueId", "committed", "cached", "locked", "dropped");
        foreach (var (key, state) in running["mqTable"].Members)
        {
            var queue = MessageQueue.Read(key);
            call.Report.Row(
                member.ClientId,
                queue.Topic,
                queue.BrokerName,
                queue.QueueId,
                state["commitOffset"].AsLong(),
                state["cachedMsgCount"].AsLong(),
                state["locked"].AsBool(),
                state["droped"].AsBool(state["dropped"].AsBool())
            );
        }
        call.Report.Table("rates", "client", "topic", "pullTps", "consumeOkTps", "consumeFailedTps", "failedLastHour");
        foreach (var (topic, rates) in running["statusTable"].Members)
            call.Report.Row(
                member.ClientId,
                topic.AsText(),
                rates["pullTPS"].AsDouble(),
                rates["consumeOKTPS"].AsDouble(),
                rates["consumeFailedTPS"].AsDouble(),
                rates["consumeFailedMsgs"].AsLong()
            );
        if (running["jstack"].AsText() is { } stack)
            call.Report.Text("stacks", stack);
    }
}
