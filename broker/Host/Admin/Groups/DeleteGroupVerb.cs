using Broker.Host.Admin.Topics;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Groups;

/// <summary><c>deleteSubGroup</c>: deletes a consumer group, its retry topic and its dead letters.</summary>
static class DeleteGroupVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var group = VerbOptions.Required("--groupName -g", "The consumer group.");
        var offsets = VerbOptions.Switch("--removeOffset -r", "Also forget how far it was.");
        return target.AddTo(
            new Verb(
                "deleteSubGroup",
                "Delete a consumer group, with -c also its retry topic and dead letters.",
                call => RunAsync(call, target, call.Need(group), call.Get(offsets)),
                "-c DefaultCluster -g readers",
                "-b 10.0.0.1:10911 -g readers -r true"
            )
            {
                group,
                offsets,
            }
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string group, bool offsets)
    {
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        call.Report.Table("deleted", "server", "name");
        foreach (var broker in brokers)
        {
            var known = await GroupConfigs.OfAsync(call, broker.Address).ConfigureAwait(false);
            if (!known.Any(config => config.GroupName == group))
                throw new AdminFailedException(
                    $"{broker.Address} does not know group {group}; `consumerProgress` lists groups"
                );
            var fields = new FieldList { { "groupName", group }, { "cleanOffset", offsets } };
            await call
                .Cluster.AskAsync(broker.Address, RequestCode.DeleteSubscriptionGroup, fields, default, call.Stopping)
                .ConfigureAwait(false);
            call.Report.Row(broker.Address, group);
            // One broker alone keeps the topics: the group may live on elsewhere, and its route with it.
            if (broker.Name.Length == 0)
                continue;
            await DeleteTopicVerb.DeleteAsync(call, broker.Address, TopicNames.Retry(group)).ConfigureAwait(false);
            await DeleteTopicVerb
                .DeleteAsync(call, broker.Address, TopicNames.DeadLetters(group))
                .ConfigureAwait(false);
        }
    }
}
