using Broker.Host.Admin.Groups;
using Broker.Host.Admin.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Exports;

/// <summary><c>exportMetadata</c>: topics and groups as JSON, to create them elsewhere.</summary>
static class ExportMetadataVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        var folder = ExportFile.FolderOption();
        var topics = VerbOptions.Switch("--topic -t", "Topics only.");
        var groups = VerbOptions.Switch("--subscriptionGroup -g", "Groups only.");
        var special = VerbOptions.Switch("--specialTopic -s", "Also retry topics and dead letters.");
        return target.AddTo(
            new Verb(
                "exportMetadata",
                "Write topics and consumer groups to a JSON file.",
                call =>
                    RunAsync(
                        call,
                        target,
                        call.Get(folder),
                        new Choice(!call.Get(groups), !call.Get(topics), call.Get(special))
                    ),
                "-c DefaultCluster -f export",
                "-b 10.0.0.1:10911 -t"
            )
            {
                folder,
                topics,
                groups,
                special,
            }
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target, string? folder, Choice choice)
    {
        var brokers = await target.ResolveAsync(call).ConfigureAwait(false);
        var topics = new SortedDictionary<string, TopicConfig>(StringComparer.Ordinal);
        var groups = new SortedDictionary<string, SubscriptionGroupConfig>(StringComparer.Ordinal);
        foreach (var broker in brokers)
        {
            if (choice.Topics)
            {
                foreach (var topic in await TopicsAsync(call, broker.Address, choice.Special).ConfigureAwait(false))
                    topics[topic.TopicName] = topic;
            }
            if (choice.Groups)
            {
                foreach (var group in await GroupConfigs.OfAsync(call, broker.Address).ConfigureAwait(false))
                    groups[group.GroupName] = group;
            }
        }
        var json = new FastJsonWriter(FastJsonStyle.Pretty | FastJsonStyle.QuotedNumberKeys);
        Write(json, choice, topics, groups);
        string name = choice switch
        {
            { Topics: false } => "subscriptionGroup.json",
            { Groups: false } => "topic.json",
            _ => "metadata.json",
        };
        await ExportFile.WriteAsync(call, folder, name, json).ConfigureAwait(false);
        call.Report.Value("topics", topics.Count);
        call.Report.Value("groups", groups.Count);
    }

    static void Write(
        FastJsonWriter json,
        Choice choice,
        SortedDictionary<string, TopicConfig> topics,
        SortedDictionary<string, SubscriptionGroupConfig> groups
    )
    {
        json.BeginObject();
        if (choice.Groups)
        {
            json.Name("subscriptionGroupTable").BeginObject();
            foreach (var (name, group) in groups)
                group.Write(json.Name(name));
            json.EndObject();
        }
        if (choice.Topics)
        {
            json.Name("topicConfigTable").BeginObject();
            foreach (var (name, topic) in topics)
                topic.Write(json.Name(name));
            json.EndObject();
        }
        json.EndObject();
    }

    static async Task<IEnumerable<TopicConfig>> TopicsAsync(VerbCall call, string address, bool special)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetAllTopicConfig, null, default, call.Stopping)
            .ConfigureAwait(false);
        var ofSystem = await SystemTopics(call, address).ConfigureAwait(false);
        return TopicConfigTable
            .Parse(answer.Body.Span)
            .Topics.Where(topic => !ofSystem.Contains(topic.TopicName))
            .Where(topic => special || !TopicNames.IsOfGroup(topic.TopicName));
    }

    static async Task<HashSet<string>> SystemTopics(VerbCall call, string address)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetSystemTopicListFromBroker, null, default, call.Stopping)
            .ConfigureAwait(false);
        return [.. NameList.Parse("topicList", answer.Body.Span)];
    }

    readonly record struct Choice(bool Topics, bool Groups, bool Special);
}
