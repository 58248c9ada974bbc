using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Benchmarks.Load;

/// <summary>Where a topic lives: the master of one broker and its number of queues.</summary>
sealed record Target(string Broker, string Topic, int Queues)
{
    /// <summary>Queues of a topic that is made here.</summary>
    public const int NewQueues = 8;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks the name server, and creates the topic on the first broker if nobody has it.</summary>
    public static async Task<Target> FindAsync(string nameServer, string topic)
    {
        await using var client = await RemotingClient.ConnectAsync(nameServer);
        using var limit = new CancellationTokenSource(Patience);
        bool created = false;
        while (true)
        {
            var fields = new FieldList { { "topic", topic } };
            var answer = await client.InvokeAsync(
                RequestCode.GetRouteInfoByTopic,
                fields,
                cancellationToken: limit.Token
            );
            if (answer.Code == ResponseCode.Success)
            {
                var route = TopicRouteData.Parse(answer.Body.Span);
                var queue = route.QueueDatas[0];
                var broker = route.BrokerDatas.First(data => data.BrokerName == queue.BrokerName);
                return new Target(broker.BrokerAddrs.First(pair => pair.Key == 0).Value, topic, queue.WriteQueueNums);
            }
            if (!created)
                await CreateAsync(client, topic);
            created = true;
            await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>How many messages the topic holds.</summary>
    public async Task<long> MessagesAsync()
    {
        await using var client = await RemotingClient.ConnectAsync(Broker);
        var fields = new FieldList { { "topic", Topic } };
        var answer = (await client.InvokeAsync(RequestCode.GetTopicStatsInfo, fields)).EnsureSuccess();
        return TopicStatsTable.Parse(answer.Body.Span).Offsets.Sum(queue => queue.MaxOffset - queue.MinOffset);
    }

    /// <summary>The master of the first broker that the name server knows.</summary>
    public static async Task<string> AnyBrokerAsync(string nameServer)
    {
        await using var client = await RemotingClient.ConnectAsync(nameServer);
        return await AnyBrokerAsync(client);
    }

    /// <summary>One of the topics that <c>topics</c> makes.</summary>
    public static string Numbered(string topic, int number) => $"{topic}-{number}";

    static async Task<string> AnyBrokerAsync(RemotingClient nameServer)
    {
        var cluster = (await nameServer.InvokeAsync(RequestCode.GetBrokerClusterInfo)).EnsureSuccess();
        var broker = ClusterInfo.Parse(cluster.Body.Span).Brokers[0];
        return broker.BrokerAddrs.First(pair => pair.Key == 0).Value;
    }

    static async Task CreateAsync(RemotingClient nameServer, string topic)
    {
        await using var client = await RemotingClient.ConnectAsync(await AnyBrokerAsync(nameServer));
        var fields = new FieldList
        {
            { "topic", topic },
            { "defaultTopic", "TBW102" },
            { "readQueueNums", NewQueues },
            { "writeQueueNums", NewQueues },
            { "perm", 6 },
            { "topicFilterType", "SINGLE_TAG" },
            { "topicSysFlag", 0 },
            { "order", false },
        };
        (await client.InvokeAsync(RequestCode.UpdateAndCreateTopic, fields)).EnsureSuccess();
    }
}
