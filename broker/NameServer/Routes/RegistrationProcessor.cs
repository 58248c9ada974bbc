using System.Text;
using Broker.NameServer.KeyValues;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.NameServer.Routes;

/// <summary>Serves what brokers say of themselves: 103, 104, 322 and 904.</summary>
sealed class RegistrationProcessor(
    RouteTable routes,
    KeyValueTable keyValues,
    NameServerOptions options,
    NameServerMeters meters,
    ILogger logger
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.RegisterBroker, Register)
            .Map(RequestCode.UnregisterBroker, Unregister)
            .Map(RequestCode.QueryDataVersion, QueryVersion)
            .Map(RequestCode.BrokerHeartbeat, Heartbeat);

    void Register(Request request)
    {
        var read = request.Read();
        var checksum = read.Int("bodyCrc32"u8, absent: 0);
        var broker = new BrokerRegistration
        {
            Cluster = read.Name("clusterName"u8),
            BrokerName = read.Name("brokerName"u8),
            Address = read.Name("brokerAddr"u8),
            BrokerId = read.Long("brokerId"u8),
            HaAddress = read.OptionalString("haServerAddr"u8) ?? "",
            EnableActingMaster = read.OptionalText("enableActingMaster"u8).IsEmpty
                ? null
                : read.Bool("enableActingMaster"u8),
            Timeout = Milliseconds(read.Long("heartbeatTimeoutMillis"u8, absent: 0)),
        };
        if (read.Failed)
        {
            Refuse(request, read.Problem);
            return;
        }
        if (checksum != 0 && checksum != Crc32.OfBody(request.Body))
        {
            Refuse(request, "crc32 not match");
            return;
        }
        var body = request.Body.IsEmpty
            ? new RegisterBrokerBody(default, [], [])
            : RegisterBrokerBody.TryParse(request.Body, read.Bool("compressed"u8), out var problem)
                ?? throw new RefusedException(
                    ResponseCode.SystemError,
                    "Failed to decode RegisterBrokerBody: " + problem
                );
        Take(
            request,
            broker with
            {
                Version = body.Version,
                Topics = TopicsOf(body),
                FilterServers = body.FilterServers,
            }
        );
    }

    void Take(Request request, BrokerRegistration broker)
    {
        var isNew = routes.VersionOf(new BrokerAddress(broker.Cluster, broker.Address)) is null;
        var outcome = routes.Register(broker, request.Connection);
        if (outcome.IsRefused)
        {
            NameServerLog.RegistrationRefused(logger, broker.BrokerName, broker.Address);
            Refuse(request, "register broker failed");
            return;
        }
        // The connection may have ended while the request waited: then nobody would drop the broker before its time is
        // up.
        if (!request.Connection.IsOpen)
            routes.DropConnection(request.Connection);
        meters.Registered("accepted");
        if (isNew)
            NameServerLog.Registered(
                logger,
                broker.BrokerName,
                broker.BrokerId,
                broker.Address,
                broker.Cluster,
                broker.Topics.Count
            );
        var reply = request.Begin(ResponseCode.Success);
        if (outcome.HaAddress is { } ha)
            reply.Field("haServerAddr"u8, ha);
        if (outcome.MasterAddress is { } master)
            reply.Field("masterAddr"u8, master);
        var ordered = options.ReturnOrderTopicConfigToBroker ? keyValues.List(KeyValueTable.OrderTopics) : null;
        reply.Send(ordered is null ? default : KvTable.ToJson(ordered));
    }

    void Refuse(Request request, string? remark)
    {
        meters.Registered("refused");
        request.Reply(ResponseCode.SystemError, remark);
    }

    void Unregister(Request request)
    {
        var read = request.Read();
        var key = new BrokerAddress(read.String("clusterName"u8), read.String("brokerAddr"u8));
        var name = read.String("brokerName"u8);
        var id = read.Long("brokerId"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        routes.Unregister(key, name, id);
        NameServerLog.Left(logger, name, id, key.Address);
        request.Reply(ResponseCode.Success);
    }

    /// <summary>
    /// Whether a broker must send its topics again; the question itself is a sign of life when it need not.
    /// </summary>
    void QueryVersion(Request request)
    {
        var read = request.Read();
        var key = new BrokerAddress(read.String("clusterName"u8), read.String("brokerAddr"u8));
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var asked = DataVersion.Read(FastJson.ParseObject(request.Body));
        var known = routes.VersionOf(key);
        var changed = known != asked;
        if (!changed)
            routes.Touch(key);
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("changed"u8, changed);
        reply.Send(known is { } version ? Encoding.UTF8.GetBytes(version.ToJson()) : default);
    }

    void Heartbeat(Request request)
    {
        var read = request.Read();
        var key = new BrokerAddress(read.String("clusterName"u8), read.String("brokerAddr"u8));
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        routes.Touch(key);
        request.Reply(ResponseCode.Success);
    }

    static Dictionary<string, TopicQueues> TopicsOf(RegisterBrokerBody body)
    {
        var topics = new Dictionary<string, TopicQueues>(body.Topics.Count, StringComparer.Ordinal);
        foreach (var topic in body.Topics)
            topics[topic.TopicName] = new TopicQueues(
                topic.ReadQueueNums,
                topic.WriteQueueNums,
                topic.Perm,
                topic.TopicSysFlag
            );
        return topics;
    }

    static TimeSpan? Milliseconds(long value) =>
        value > 0 ? TimeSpan.FromMilliseconds(Math.Min(value, int.MaxValue)) : null;
}
