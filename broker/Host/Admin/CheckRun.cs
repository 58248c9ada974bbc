using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin;

/// <summary>One run of <c>admin check</c>: find the queues, then send and receive at the same time.</summary>
sealed class CheckRun(CheckOptions options, ClusterClient cluster, TimeProvider time)
{
    const int PermissionRead = 4;
    const int PermissionWrite = 2;

    readonly string clientId =
        $"{Environment.MachineName}@{Environment.ProcessId}#{time.GetUtcNow().ToUnixTimeMilliseconds()}";
    readonly CheckBodies bodies = new(time.GetUtcNow().ToUnixTimeMilliseconds(), options.BodyBytes);
    CheckSender? sender;
    CheckReceiver? receiver;

    /// <summary>How far it is, for people.</summary>
    public string Progress =>
        $"sent {sender?.Sent ?? 0} of {options.Messages} (retries {sender?.Retries ?? 0}), "
        + $"received {receiver?.Received ?? 0}";

    /// <summary>The time from the first send to the last comparison.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="AdminFailedException">Something was refused, changed or lost.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var route = await cluster.RouteAsync(options.Topic, cancellationToken).ConfigureAwait(false);
        var masters = route
            .BrokerDatas.Where(one => one.BrokerAddrs.ContainsKey(0))
            .ToDictionary(one => one.BrokerName, one => one.BrokerAddrs[0]);
        var writable = Queues(route, masters, PermissionWrite, queue => queue.WriteQueueNums);
        if (writable.Count == 0)
            throw new AdminFailedException(
                $"topic {options.Topic} has no queue that can be written; look at its permission"
            );
        var readable = Queues(route, masters, PermissionRead, queue => queue.ReadQueueNums);
        await HeartbeatAsync(masters.Values, cancellationToken).ConfigureAwait(false);
        readable = await AtTheirEndAsync(readable, cancellationToken).ConfigureAwait(false);

        long begun = time.GetTimestamp();
        sender = new CheckSender(options, cluster, bodies, writable, time);
        receiver = new CheckReceiver(options, cluster, bodies, clientId, readable, time);
        await Task.WhenAll(sender.RunAsync(cancellationToken), receiver.RunAsync(cancellationToken))
            .ConfigureAwait(false);
        Elapsed = time.GetElapsedTime(begun);
        await LeaveAsync(masters.Values, cancellationToken).ConfigureAwait(false);
    }

    static List<CheckQueue> Queues(
        TopicRouteData route,
        Dictionary<string, string> masters,
        int permission,
        Func<QueueData, int> count
    ) =>
        [
            .. route
                .QueueDatas.Where(one => (one.Perm & permission) != 0 && masters.ContainsKey(one.BrokerName))
                .SelectMany(one =>
                    Enumerable
                        .Range(0, count(one))
                        .Select(id => new CheckQueue(masters[one.BrokerName], one.BrokerName, id, 0))
                ),
        ];

    /// <summary>Earlier messages are not ours: reading begins where each queue ends now.</summary>
    async Task<List<CheckQueue>> AtTheirEndAsync(List<CheckQueue> queues, CancellationToken cancellationToken)
    {
        var placed = new List<CheckQueue>(queues.Count);
        foreach (var queue in queues)
        {
            var fields = new FieldList { { "topic", options.Topic }, { "queueId", queue.QueueId } };
            var answer = await cluster
                .AskAsync(queue.Address, RequestCode.GetMaxOffset, fields, default, cancellationToken)
                .ConfigureAwait(false);
            placed.Add(queue with { StartOffset = answer.Long("offset") });
        }
        return placed;
    }

    async Task HeartbeatAsync(IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        byte[] body = new HeartbeatData
        {
            ClientId = clientId,
            ProducerGroups = [CheckSender.ProducerGroup],
            Consumers =
            [
                new ConsumerData
                {
                    GroupName = options.Group,
                    ConsumeType = ConsumeType.Actively,
                    MessageModel = MessageModel.Clustering,
                    Subscriptions = [new SubscriptionData { Topic = options.Topic, SubVersion = 1 }],
                },
            ],
        }.ToJson();
        foreach (string address in addresses)
            await cluster.AskAsync(address, RequestCode.HeartBeat, null, body, cancellationToken).ConfigureAwait(false);
    }

    async Task LeaveAsync(IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        foreach (string address in addresses)
        {
            var fields = new FieldList
            {
                { "clientID", clientId },
                { "producerGroup", CheckSender.ProducerGroup },
                { "consumerGroup", options.Group },
            };
            await cluster
                .AskAsync(address, RequestCode.UnregisterClient, fields, default, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
