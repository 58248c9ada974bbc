using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary><c>updateSubGroupList</c>: creates or changes the consumer groups of a file.</summary>
static class UpdateGroupListVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var file = VerbOptions.Required("--filename -f", "A JSON list of groups: groupName, retryMaxTimes and so on.");
        return target.AddTo(
            new Verb(
                "updateSubGroupList",
                "Create or change the consumer groups of a file.",
                call => RunAsync(call, target, call.Need(file)),
                "-c DefaultCluster -f groups.json"
            )
            {
                file,
            }
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string file)
    {
        var groups = (await InputFile.ListAsync(file, call.Stopping).ConfigureAwait(false))
            .Select(SubscriptionGroupConfig.Read)
            .ToList();
        if (groups.Exists(group => group.GroupName.Length == 0))
            throw new AdminFailedException($"{file}: a group has no groupName");
        var json = new FastJsonWriter();
        json.BeginObject().Name("groupConfigList").BeginArray();
        foreach (var group in groups)
            group.Write(json);
        json.EndArray().EndObject();
        call.Report.Table("changed", "broker", "group");
        foreach (var broker in await target.ResolveAsync(call).ConfigureAwait(false))
        {
            await call
                .Cluster.AskAsync(
                    broker.Address,
                    RequestCode.UpdateAndCreateSubscriptionGroupList,
                    null,
                    json.ToArray(),
                    call.Stopping
                )
                .ConfigureAwait(false);
            foreach (var group in groups)
                call.Report.Row(broker.Address, group.GroupName);
        }
    }
}
