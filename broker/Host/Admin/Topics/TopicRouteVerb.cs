namespace Broker.Host.Admin.Topics;

/// <summary><c>topicRoute</c>: which brokers have a topic, and how many queues.</summary>
static class TopicRouteVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var list = VerbOptions.Switch("--list -l", "Accepted for old scripts; the result is a list anyway.");
        return new Verb(
            "topicRoute",
            "Show the route of a topic: its brokers and their queues.",
            call => RunAsync(call, call.Need(topic)),
            "-t orders"
        )
        {
            topic,
            list,
        };
    }

    static async Task RunAsync(VerbCall call, string topic)
    {
        var route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        call.Report.Table("brokers", "cluster", "broker", "id", "address");
        foreach (var broker in route.BrokerDatas.SelectMany(BrokerAt.Of))
            call.Report.Row(broker.Cluster, broker.Name, broker.Id, broker.Address);
        call.Report.Table("queues", "broker", "readQueues", "writeQueues", "perm");
        foreach (var queues in route.QueueDatas)
            call.Report.Row(queues.BrokerName, queues.ReadQueueNums, queues.WriteQueueNums, queues.Perm);
        if (route.OrderTopicConf is { } order)
            call.Report.Value("orderConf", order);
    }
}
