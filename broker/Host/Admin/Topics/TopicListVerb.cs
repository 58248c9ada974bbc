using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Topics;

/// <summary><c>topicList</c>: the topics that the name servers know.</summary>
static class TopicListVerb
{
    public static Verb Create()
    {
        var byCluster = VerbOptions.Switch("--clusterModel -c", "Also the clusters and the groups of each topic.");
        return new Verb(
            "topicList",
            "List all topics.",
            call => call.Get(byCluster) ? WithGroupsAsync(call) : NamesAsync(call),
            "",
            "-c --output json"
        )
        {
            byCluster,
        };
    }

    static async Task NamesAsync(VerbCall call)
    {
        var topics = await call.Cluster.TopicsAsync(call.Stopping).ConfigureAwait(false);
        call.Report.Table("topics", "topic");
        foreach (string topic in topics)
            call.Report.Row(topic);
    }

    /// <summary>Retry topics and dead letters belong to their group and are left out, as the reference does.</summary>
    static async Task WithGroupsAsync(VerbCall call)
    {
        var info = await call.Cluster.ClusterInfoAsync(call.Stopping).ConfigureAwait(false);
        call.Report.Table("topics", "cluster", "topic", "group");
        foreach (string cluster in info.Brokers.Select(group => group.Cluster).Distinct().Order())
        {
            var fields = new FieldList { { "cluster", cluster } };
            var answer = await call
                .Cluster.AskNameServerAsync(RequestCode.GetTopicsByCluster, fields, call.Stopping)
                .ConfigureAwait(false);
            foreach (string topic in NameList.Parse("topicList", answer.Body.Span).Order(StringComparer.Ordinal))
            {
                if (TopicNames.IsOfGroup(topic))
                    continue;
                var groups = await call.Cluster.GroupsOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
                if (groups.Count == 0)
                    call.Report.Row(cluster, topic, null);
                foreach (string group in groups)
                    call.Report.Row(cluster, topic, group);
            }
        }
    }
}
