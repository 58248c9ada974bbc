namespace Broker.Host.Admin.Topics;

/// <summary><c>allocateMQ</c>: which queues each consumer would get, by the average strategy of clients.</summary>
static class AllocateQueuesVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var clients = VerbOptions.Required("--ipList -i", "The consumers, separated by commas.");
        return new Verb(
            "allocateMQ",
            "Show how a topic's queues would be shared among consumers.",
            call => RunAsync(call, call.Need(topic), call.Need(clients)),
            "-t orders -i 10.0.0.1,10.0.0.2"
        )
        {
            topic,
            clients,
        };
    }

    static async Task RunAsync(VerbCall call, string topic, string list)
    {
        string[] clients = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (clients.Length == 0)
            throw new AdminFailedException("-i names no consumer");
        var route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        var queues = route
            .QueueDatas.OrderBy(data => data.BrokerName, StringComparer.Ordinal)
            .SelectMany(data => Enumerable.Range(0, data.ReadQueueNums).Select(id => (data.BrokerName, Id: id)))
            .ToList();
        call.Report.Table("queues", "client", "broker", "queueId");
        int at = 0;
        for (int i = 0; i < clients.Length; i++)
        {
            // The first ones take one more where the queues cannot be shared evenly.
            int count = (queues.Count / clients.Length) + (i < queues.Count % clients.Length ? 1 : 0);
            foreach (var (broker, id) in queues.GetRange(at, count))
                call.Report.Row(clients[i], broker, id);
            at += count;
        }
    }
}
