using Broker.Protocol;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary><c>setConsumeMode</c>: whether a group's clients pull a topic or pop it.</summary>
static class ConsumeModeVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var group = VerbOptions.Required("--groupName -g", "The consumer group.");
        var topic = VerbOptions.Required("--topicName -t --topic", "The topic.");
        var mode = VerbOptions.Required("--mode -m", "PULL or POP.");
        mode.AcceptOnlyFromAmong("PULL", "POP");
        var queues = VerbOptions.Number(
            "--popShareQueueNum -q",
            "With POP: how many members share a queue; 0 all.",
            0,
            0,
            65535
        );
        return target.AddTo(
            new Verb(
                "setConsumeMode",
                "Let a consumer group's clients pull a topic or pop it.",
                call => RunAsync(call, target, call.Need(topic), call.Need(group), call.Need(mode), call.Int(queues)),
                "-c DefaultCluster -t orders -g readers -m POP -q 8"
            )
            {
                group,
                topic,
                mode,
                queues,
            }
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string topic, string group, string mode, int queues)
    {
        var json = new FastJsonWriter();
        json.BeginObject()
            .Name("consumerGroup")
            .Value(group)
            .Name("mode")
            .Value(mode)
            .Name("popShareQueueNum")
            .Value(queues)
            .Name("topic")
            .Value(topic)
            .EndObject();
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        call.Report.Table("changed", "broker", "topic", "group", "mode", "popShareQueues");
        foreach (var broker in brokers)
        {
            await call
                .Cluster.AskAsync(
                    broker.Address,
                    RequestCode.SetMessageRequestMode,
                    null,
                    json.ToArray(),
                    call.Stopping
                )
                .ConfigureAwait(false);
            call.Report.Row(broker.Address, topic, group, mode, queues);
        }
    }
}
