using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary><c>updateSubGroup</c>: creates a consumer group or changes what is given of it, and nothing else.</summary>
static class UpdateGroupVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var group = VerbOptions.Required("--groupName -g", "The consumer group.");
        var settings = new GroupSettings();
        var verb = new Verb(
            "updateSubGroup",
            "Create a consumer group or change it. What is not given stays as it is.",
            call => RunAsync(call, target, call.Need(group), settings),
            "-c DefaultCluster -g readers",
            "-c DefaultCluster -g readers -r 5",
            "-b 10.0.0.1:10911 -g readers -s false"
        )
        {
            group,
        };
        settings.AddTo(verb);
        return target.AddTo(verb);
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string group, GroupSettings settings)
    {
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        call.Report.Table("changed", "broker", "group", "consume", "broadcast", "orderly", "retryQueues", "retryMax");
        foreach (var broker in brokers)
        {
            var config = settings.Apply(call, await PresentAsync(call, broker.Address, group).ConfigureAwait(false));
            await call
                .Cluster.AskAsync(
                    broker.Address,
                    RequestCode.UpdateAndCreateSubscriptionGroup,
                    null,
                    config.ToJson(),
                    call.Stopping
                )
                .ConfigureAwait(false);
            call.Report.Row(
                broker.Address,
                group,
                config.ConsumeEnable,
                config.ConsumeBroadcastEnable,
                config.ConsumeMessageOrderly,
                config.RetryQueueNums,
                config.RetryMaxTimes
            );
        }
    }

    /// <summary>What a broker has of a group now, the defaults for one that it does not know.</summary>
    static async Task<SubscriptionGroupConfig> PresentAsync(VerbCall call, string address, string group)
    {
        foreach (var config in await GroupConfigs.OfAsync(call, address).ConfigureAwait(false))
        {
            if (config.GroupName == group)
                return config;
        }
        return new SubscriptionGroupConfig { GroupName = group };
    }
}
