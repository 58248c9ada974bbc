namespace Broker.Host.Admin.Topics;

/// <summary><c>topicClusterList</c>: which clusters have a topic.</summary>
static class TopicClusterListVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        return new Verb(
            "topicClusterList",
            "List the clusters that have a topic.",
            call => RunAsync(call, call.Need(topic)),
            "-t orders"
        )
        {
            topic,
        };
    }

    static async Task RunAsync(VerbCall call, string topic)
    {
        var route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        call.Report.Table("clusters", "cluster");
        foreach (string cluster in route.BrokerDatas.Select(group => group.Cluster).Distinct().Order())
            call.Report.Row(cluster);
    }
}
