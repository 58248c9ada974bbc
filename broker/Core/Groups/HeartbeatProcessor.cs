using System.Text;
using Broker.Core.Filter;
using Broker.Core.Stats;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>Serves HEART_BEAT (34) and UNREGISTER_CLIENT (35), protocol.md §4.1.</summary>
sealed class HeartbeatProcessor(
    SubscriptionGroups settings,
    ConsumerGroups consumers,
    ProducerGroups producers,
    TopicTable topics,
    ConsumerFilters filters,
    ClientTraffic counted,
    TimeProvider time
)
{
    const int UnitSubscriptionFlag = 2;

    public void Register(ProcessorTable processors) =>
        processors.Map(RequestCode.HeartBeat, Heartbeat).Map(RequestCode.UnregisterClient, Unregister);

    void Heartbeat(Request request)
    {
        var body = HeartbeatData.Parse(request.Body);
        var heartbeat = new ClientHeartbeat(
            request.Connection,
            body.ClientId,
            request.Language,
            request.Version,
            time.GetTimestamp(),
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            body.Fingerprint
        );
        var mustSendAll = body.Fingerprint == 0;
        foreach (var consumer in body.Consumers)
            mustSendAll |= Consumer(heartbeat, body, consumer);
        foreach (var group in body.ProducerGroups)
        {
            var began = time.GetTimestamp();
            producers.Heard(group, heartbeat);
            counted.ProducerHeard(Since(began));
        }
        // The connection may have ended while the request waited: then nobody else would remove what was just added.
        if (!request.Connection.IsOpen)
            Closed(request.Connection);
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("IS_SUPPORT_HEART_BEAT_V2"u8, true);
        reply.Field("IS_SUB_CHANGE"u8, mustSendAll);
        reply.Send();
    }

    /// <summary>A connection has ended: its client is in no group any more.</summary>
    public void Closed(Connection connection)
    {
        consumers.ConnectionClosed(connection, WantsNotice);
        producers.ConnectionClosed(connection);
    }

    /// <returns>Whether the client must send its subscriptions in full, because they are not the ones we
    /// know.</returns>
    bool Consumer(ClientHeartbeat heartbeat, HeartbeatData body, ConsumerData consumer)
    {
        var name = Encoding.UTF8.GetBytes(consumer.GroupName);
        if (!settings.TryGetOrCreate(name, out var group))
            return false;
        CreateRetryTopic(group, consumer.UnitMode);
        var began = time.GetTimestamp();
        var known = consumers.TryGet(name, out var members) ? members.Fingerprint : 0;
        consumers.Heard(heartbeat, consumer, group, body.WithoutSubscriptions);
        if (!body.WithoutSubscriptions)
            filters.Heard(consumer.GroupName, consumer.Subscriptions);
        counted.ConsumerHeard(Since(began));
        return body.Fingerprint != known;
    }

    long Since(long began) => (long)time.GetElapsedTime(began).TotalMilliseconds;

    void CreateRetryTopic(SubscriptionGroup group, bool unitMode)
    {
        if (group.Config.RetryQueueNums <= 0)
            return;
        var name = GroupName.RetryTopic(group.Name);
        if (topics.TryGet(name, out _))
            return;
        try
        {
            topics.GetOrCreate(
                new TopicConfig
                {
                    TopicName = name,
                    ReadQueueNums = group.Config.RetryQueueNums,
                    WriteQueueNums = group.Config.RetryQueueNums,
                    TopicSysFlag = unitMode ? UnitSubscriptionFlag : 0,
                    Attributes = new Dictionary<string, string>(),
                }
            );
        }
        catch (IOException)
        {
            // A full disk takes no retries, but it keeps nobody out of the group. The next heartbeat tries again.
        }
    }

    void Unregister(Request request)
    {
        var read = request.Read();
        if (read.OptionalString("producerGroup"u8) is { } producer)
            producers.Leave(producer, request.Connection);
        if (read.OptionalString("consumerGroup"u8) is { } consumer)
            consumers.Leave(consumer, request.Connection, WantsNotice(consumer));
        request.Reply(ResponseCode.Success);
    }

    bool WantsNotice(string group) =>
        !settings.TryGet(Encoding.UTF8.GetBytes(group), out var found) || found.Config.NotifyConsumerIdsChangedEnable;
}
