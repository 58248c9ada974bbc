namespace Broker.Host.Admin.Groups;

/// <summary><c>getConsumerConfig</c>: the settings of a consumer group on every broker that has it.</summary>
static class ConsumerConfigVerb
{
    public static Verb Create()
    {
        var group = VerbOptions.Required("--groupName -g", "The consumer group.");
        return new Verb(
            "getConsumerConfig",
            "Show the settings of a consumer group.",
            call => RunAsync(call, call.Need(group)),
            "-g readers"
        )
        {
            group,
        };
    }

    static async Task RunAsync(VerbCall call, string group)
    {
        bool found = false;
        call.Report.Table(
            "groups",
            "cluster",
            "broker",
            "group",
            "consume",
            "fromMin",
            "broadcast",
            "orderly",
            "retryQueues",
            "retryMax",
            "timeoutMinutes"
        );
        foreach (var broker in await call.Cluster.BrokersAsync(null, call.Stopping).ConfigureAwait(false))
        {
            if (!broker.IsMaster)
                continue;
            var configs = await GroupConfigs.OfAsync(call, broker.Address).ConfigureAwait(false);
            foreach (var config in configs.Where(config => config.GroupName == group))
            {
                found = true;
                call.Report.Row(
                    broker.Cluster,
                    broker.Name,
                    group,
                    config.ConsumeEnable,
                    config.ConsumeFromMinEnable,
                    config.ConsumeBroadcastEnable,
                    config.ConsumeMessageOrderly,
                    config.RetryQueueNums,
                    config.RetryMaxTimes,
                    config.ConsumeTimeoutMinute
                );
            }
        }
        if (!found)
            throw new AdminFailedException($"no broker knows group {group}; `updateSubGroup` creates it");
    }
}
