using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Topics;

/// <summary><c>updateTopicList</c>: creates or changes the topics of a file.</summary>
static class UpdateTopicListVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var file = VerbOptions.Required(
            "--filename -f",
            "A JSON list of topics: topicName, readQueueNums, perm and so on."
        );
        return target.AddTo(
            new Verb(
                "updateTopicList",
                "Create or change the topics of a file.",
                call => RunAsync(call, target, call.Need(file)),
                "-c DefaultCluster -f topics.json"
            )
            {
                file,
            }
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string file)
    {
        var topics = (await InputFile.ListAsync(file, call.Stopping).ConfigureAwait(false))
            .Select(TopicConfig.Read)
            .ToList();
        if (topics.Exists(topic => topic.TopicName.Length == 0))
            throw new AdminFailedException($"{file}: a topic has no topicName");
        var json = new FastJsonWriter();
        json.BeginObject().Name("topicConfigList").BeginArray();
        foreach (var topic in topics)
            topic.Write(json);
        json.EndArray().EndObject();
        call.Report.Table("changed", "broker", "topic");
        foreach (var broker in await target.ResolveAsync(call).ConfigureAwait(false))
        {
            await call
                .Cluster.AskAsync(
                    broker.Address,
                    RequestCode.UpdateAndCreateTopicList,
                    null,
                    json.ToArray(),
                    call.Stopping
                )
                .ConfigureAwait(false);
            foreach (var topic in topics)
                call.Report.Row(broker.Address, topic.TopicName);
        }
    }
}
