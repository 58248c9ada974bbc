using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Topics;

/// <summary><c>updateTopicPerm</c>: changes the permission of a topic and nothing else of it.</summary>
static class UpdateTopicPermVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var topic = VerbOptions.Required("--topic -t", "An existing topic.");
        var perm = VerbOptions.RequiredNumber("--perm -p", "2 write, 4 read, 6 both.", 0, 7);
        return target.AddTo(
            new Verb(
                "updateTopicPerm",
                "Change the permission of a topic.",
                call => RunAsync(call, target, call.Need(topic), call.Int(perm)),
                "-c DefaultCluster -t orders -p 4",
                "-b 10.0.0.1:10911 -t orders -p 6"
            )
            {
                topic,
                perm,
            }
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string topic, int perm)
    {
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        call.Report.Table("changed", "broker", "topic", "permBefore", "perm");
        foreach (var broker in brokers)
        {
            var answer = await call
                .Cluster.AskAsync(
                    broker.Address,
                    RequestCode.GetTopicConfig,
                    new FieldList { { "topic", topic } },
                    default,
                    call.Stopping
                )
                .ConfigureAwait(false);
            var config = TopicConfig.Read(FastJson.Parse(answer.Body.Span));
            await UpdateTopicVerb
                .SendAsync(call, broker.Address, config with { TopicName = topic, Perm = perm }, null)
                .ConfigureAwait(false);
            call.Report.Row(broker.Address, topic, config.Perm, perm);
        }
    }
}
