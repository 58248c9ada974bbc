using System.CommandLine;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Topics;

/// <summary><c>updateTopic</c>: creates a topic or changes it, on one broker or on all masters of a cluster.</summary>
static class UpdateTopicVerb
{
    const int QueuesMost = 65535;

    public static Verb Create()
    {
        var target = new BrokerTarget();
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var read = VerbOptions.Number(
            "--readQueueNums -r",
            "Queues that consumers read, per broker.",
            8,
            1,
            QueuesMost
        );
        var write = VerbOptions.Number(
            "--writeQueueNums -w",
            "Queues that producers write, per broker.",
            8,
            1,
            QueuesMost
        );
        var perm = VerbOptions.Number("--perm -p", "2 write, 4 read, 6 both.", 6, 0, 7);
        var order = VerbOptions.Switch("--order -o", "For ordered messages: a queue's broker does not move.");
        var unit = VerbOptions.Switch("--unit -u", "Belongs to a unit.");
        var unitSubscription = VerbOptions.Switch("--hasUnitSub -s", "Has subscriptions of units.");
        var attributes = VerbOptions.Text(
            "--attributes -a",
            "Such as +message.type=FIFO, separated by commas; -name removes."
        );
        TopicConfig Config(VerbCall call) =>
            new()
            {
                TopicName = call.Need(topic),
                ReadQueueNums = call.Int(read),
                WriteQueueNums = call.Int(write),
                Perm = call.Int(perm),
                Order = call.Get(order),
                TopicSysFlag = (call.Get(unit) ? 1 : 0) | (call.Get(unitSubscription) ? 2 : 0),
            };
        var verb = new Verb(
            "updateTopic",
            "Create a topic or change it.",
            call => RunAsync(call, target, Config(call), call.Get(attributes)),
            "-c DefaultCluster -t orders",
            "-b 10.0.0.1:10911 -t orders -r 4 -w 4 -p 6",
            "-c DefaultCluster -t payments -o true -a +message.type=FIFO"
        )
        {
            topic,
            read,
            write,
            perm,
            order,
            unit,
            unitSubscription,
            attributes,
        };
        return target.AddTo(verb);
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, TopicConfig config, string? attributes)
    {
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        call.Report.Table("changed", "broker", "topic", "readQueues", "writeQueues", "perm", "order", "attributes");
        foreach (var broker in brokers)
        {
            await SendAsync(call, broker.Address, config, attributes).ConfigureAwait(false);
            call.Report.Row(
                broker.Address,
                config.TopicName,
                config.ReadQueueNums,
                config.WriteQueueNums,
                config.Perm,
                config.Order,
                attributes
            );
        }
        // Clients that send in order ask the name servers how many queues each broker is meant to have.
        if (config.Order && brokers[0].Name.Length > 0)
        {
            string queues = string.Join(';', brokers.Select(broker => $"{broker.Name}:{config.WriteQueueNums}"));
            await OrderConfVerb.PutAsync(call, config.TopicName, queues).ConfigureAwait(false);
            call.Report.Value("orderConf", queues);
        }
    }

    /// <summary>Sends one broker the whole configuration; attributes are changes to what it has.</summary>
    public static Task SendAsync(VerbCall call, string address, TopicConfig config, string? attributes) =>
        call.Cluster.AskAsync(
            address,
            RequestCode.UpdateAndCreateTopic,
            new FieldList
            {
                { "topic", config.TopicName },
                { "defaultTopic", "TBW102" },
                { "readQueueNums", config.ReadQueueNums },
                { "writeQueueNums", config.WriteQueueNums },
                { "perm", config.Perm },
                { "topicFilterType", config.TopicFilterType },
                { "topicSysFlag", config.TopicSysFlag },
                { "order", config.Order },
                { "attributes", attributes },
            },
            default,
            call.Stopping
        );
}
