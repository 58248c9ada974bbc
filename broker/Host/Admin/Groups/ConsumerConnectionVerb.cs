namespace Broker.Host.Admin.Groups;

/// <summary><c>consumerConnection</c>: the members of a group and what they subscribed to.</summary>
static class ConsumerConnectionVerb
{
    public static Verb Create()
    {
        var group = VerbOptions.Required("--consumerGroup -g", "The consumer group.");
        var broker = VerbOptions.Text("--brokerAddr -b", "Ask this broker only: host:port.");
        return new Verb(
            "consumerConnection",
            "List the members of a consumer group and their subscriptions.",
            call => RunAsync(call, call.Need(group), call.Get(broker)),
            "-g readers"
        )
        {
            group,
            broker,
        };
    }

    static async Task RunAsync(VerbCall call, string group, string? address)
    {
        string[] addresses = address is not null
            ? [address]
            :
            [
                .. (await call.Cluster.MastersOfGroupAsync(group, call.Stopping).ConfigureAwait(false)).Select(one =>
                    one.Address
                ),
            ];
        foreach (string one in addresses)
        {
            // Members are connected to every broker, so the first that knows them knows all.
            if (await call.Cluster.MembersAsync(one, group, call.Stopping).ConfigureAwait(false) is not { } members)
                continue;
            call.Report.Table("members", "client", "address", "language", "version");
            foreach (var member in members.Connections.OrderBy(member => member.ClientId, StringComparer.Ordinal))
                call.Report.Row(member.ClientId, member.ClientAddr, member.Language, member.Version);
            call.Report.Table("subscriptions", "topic", "type", "expression");
            foreach (var wanted in members.Subscriptions.OrderBy(wanted => wanted.Topic, StringComparer.Ordinal))
                call.Report.Row(wanted.Topic, wanted.ExpressionType, wanted.SubString);
            call.Report.Value("consumeType", members.ConsumeType);
            call.Report.Value("messageModel", members.MessageModel);
            call.Report.Value("consumeFromWhere", members.ConsumeFromWhere);
            return;
        }
        throw new AdminFailedException($"nobody of group {group} is online");
    }
}
