using System.Buffers;
using System.Collections.Frozen;
using static Broker.Core.Configuration.ConfigSection;

namespace Broker.Core.Configuration;

/// <summary>Every key that has an effect in this broker. Names and defaults are those of Apache 5.3.3.</summary>
public static partial class ConfigKeys
{
    const bool Live = true;
    const bool AtStart = false;

    static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>In the order of <c>--help</c>.</summary>
    public static readonly IReadOnlyList<ConfigKey> All =
        [.. IdentityKeys(), .. NetworkKeys(), .. TopicKeys(), .. SendKeys(), .. PullKeys(), .. StoreKeys(), .. KubernetesKeys()];

    /// <summary>By name, case-sensitive as in Apache.</summary>
    public static readonly FrozenDictionary<string, ConfigKey> ByName = All.ToFrozenDictionary(k => k.Name);

    static ConfigKey[] IdentityKeys() =>
    [
        Name(Identity, "brokerClusterName", AtStart, o => o.BrokerClusterName, (o, v) => o.BrokerClusterName = v,
            "Cluster that this broker belongs to."),
        Name(Identity, "brokerName", AtStart, o => o.BrokerName, (o, v) => o.BrokerName = v,
            "Name of the broker group; a master and its slaves share it. Empty: the host's name."),
        Words(Identity, "brokerRole", AtStart,
            [("ASYNC_MASTER", BrokerRole.AsyncMaster), ("SYNC_MASTER", BrokerRole.SyncMaster)],
            o => o.BrokerRole, (o, v) => o.BrokerRole = v,
            "A broker is a master; SLAVE is refused, so that a copied configuration cannot make a second one."),
        Long(Identity, "brokerId", AtStart, 0, 0, o => o.BrokerId, (o, v) => o.BrokerId = v,
            "0, the master of the group."),
        Text(Identity, "brokerIP1", AtStart, o => o.BrokerIp1, (o, v) => o.BrokerIp1 = v,
            "Address that clients are told. Empty: the first address of this host that is not a loopback."),
        Text(Identity, "brokerIP2", AtStart, o => o.BrokerIp2, (o, v) => o.BrokerIp2 = v,
            "Address that slaves are told. Empty: as brokerIP1."),
        Int(Identity, "brokerPermission", Live, 0, 7, o => o.BrokerPermission, (o, v) => o.BrokerPermission = v,
            "2 write, 4 read, 6 both."),
        Name(Identity, "regionId", AtStart, o => o.RegionId, (o, v) => o.RegionId = v,
            "Region that is written into messages as MSG_REGION."),
        Bool(Identity, "traceOn", AtStart, o => o.TraceOn, (o, v) => o.TraceOn = v,
            "Written into messages as TRACE_ON: whether clients should trace."),
    ];

    static ConfigKey[] NetworkKeys() =>
    [
        Text(Network, "namesrvAddr", Live, o => o.NamesrvAddr, (o, v) => o.NamesrvAddr = v,
            "Name servers, host:port;host:port. Names are resolved again at each registration."),
        Int(Network, "listenPort", AtStart, 0, 65_535, o => o.ListenPort, (o, v) => o.ListenPort = v,
            "Port for clients; the same protocol is also served at this port - 2. 0 lets the system choose."),
        Text(Network, "bindAddress", AtStart, o => o.BindAddress, (o, v) => o.BindAddress = v,
            "Local address to listen on."),
        Int(Network, "haListenPort", AtStart, 0, 65_535, o => o.HaListenPort, (o, v) => o.HaListenPort = v,
            "Port for slaves, as told to the name servers. 0: listenPort + 1."),
        Int(Network, "metricsPromExporterPort", AtStart, -1, 65_535,
            o => o.MetricsPromExporterPort, (o, v) => o.MetricsPromExporterPort = v,
            "HTTP port of /livez, /readyz and /metrics. 0 lets the system choose, -1 is none."),
        Int(Network, "serverChannelMaxIdleTimeSeconds", AtStart, 1, 86_400,
            o => o.ServerChannelMaxIdleTimeSeconds, (o, v) => o.ServerChannelMaxIdleTimeSeconds = v,
            "Seconds without a frame after which a connection is closed."),
        Int(Network, "maxConnections", AtStart, 1, 1_000_000, o => o.MaxConnections, (o, v) => o.MaxConnections = v,
            "Connections at the same time; further ones are closed at once."),
        Int(Network, "registerNameServerPeriod", Live, 10_000, 60_000,
            o => o.RegisterNameServerPeriodMs, (o, v) => o.RegisterNameServerPeriodMs = v,
            "Milliseconds between registrations at the name servers."),
        Int(Network, "registerBrokerTimeoutMills", Live, 100, 600_000,
            o => o.RegisterBrokerTimeoutMs, (o, v) => o.RegisterBrokerTimeoutMs = v,
            "Milliseconds to wait for a name server."),
        Bool(Network, "compressedRegister", Live, o => o.CompressedRegister, (o, v) => o.CompressedRegister = v,
            "Deflate the registration body."),
        Int(Network, "channelExpiredTimeout", AtStart, 1000, 86_400_000,
            o => o.ChannelExpiredTimeoutMs, (o, v) => o.ChannelExpiredTimeoutMs = v,
            "Milliseconds without a heartbeat after which a client leaves its groups."),
    ];

    static ConfigKey[] TopicKeys() =>
    [
        Bool(TopicsAndGroups, "autoCreateTopicEnable", Live, o => o.AutoCreateTopicEnable, (o, v) => o.AutoCreateTopicEnable = v,
            "Create a topic on the first send to it."),
        Int(TopicsAndGroups, "defaultTopicQueueNums", AtStart, 1, 1024,
            o => o.DefaultTopicQueueNums, (o, v) => o.DefaultTopicQueueNums = v,
            "Queues of a topic created on first use, at most; the client may ask for fewer."),
        Bool(TopicsAndGroups, "clusterTopicEnable", AtStart, o => o.ClusterTopicEnable, (o, v) => o.ClusterTopicEnable = v,
            "Let clients write to a topic named as the cluster."),
        Bool(TopicsAndGroups, "brokerTopicEnable", AtStart, o => o.BrokerTopicEnable, (o, v) => o.BrokerTopicEnable = v,
            "Let clients write to a topic named as the broker."),
        Bool(TopicsAndGroups, "traceTopicEnable", AtStart, o => o.TraceTopicEnable, (o, v) => o.TraceTopicEnable = v,
            "Create the trace topic at start."),
        Name(TopicsAndGroups, "msgTraceTopicName", AtStart, o => o.MsgTraceTopicName, (o, v) => o.MsgTraceTopicName = v,
            "Name of the trace topic."),
        Bool(TopicsAndGroups, "autoCreateSubscriptionGroup", Live,
            o => o.AutoCreateSubscriptionGroup, (o, v) => o.AutoCreateSubscriptionGroup = v,
            "Create a consumer group on its first heartbeat or pull."),
        Bool(TopicsAndGroups, "validateSystemTopicWhenUpdateTopic", Live,
            o => o.ValidateSystemTopicWhenUpdateTopic, (o, v) => o.ValidateSystemTopicWhenUpdateTopic = v,
            "Refuse to create or delete topics with a system topic's name."),
    ];

    static ConfigKey[] SendKeys() =>
    [
        Int(Sending, "maxMessageSize", Live, 1, 128 * 1024 * 1024, o => o.MaxMessageSize, (o, v) => o.MaxMessageSize = v,
            "Bytes of a message body at most."),
        Checked(Sending, "messageDelayLevel", AtStart, o => o.MessageDelayLevel, (o, v) => o.MessageDelayLevel = v,
            v => DelayLevels.TryParse(v, out _) ? null : "times such as 1s 5s 10s 30s 1m 2m, separated by blanks",
            "The delay levels, each a number with s, m, h or d."),
        Int(Sending, "osPageCacheBusyTimeOutMills", Live, 1, 600_000,
            o => o.OsPageCacheBusyTimeOutMs, (o, v) => o.OsPageCacheBusyTimeOutMs = v,
            "Milliseconds one append may block the log before further sends are answered SYSTEM_BUSY."),
        Long(Sending, "startAcceptSendRequestTimeStamp", Live, 0, long.MaxValue,
            o => o.StartAcceptSendRequestTimeStamp, (o, v) => o.StartAcceptSendRequestTimeStamp = v,
            "Unix milliseconds before which sends are refused."),
    ];

    static ConfigKey[] PullKeys() =>
    [
        Bool(Pulling, "longPollingEnable", Live, o => o.LongPollingEnable, (o, v) => o.LongPollingEnable = v,
            "Hold a pull that finds nothing for as long as the client asks."),
        Int(Pulling, "shortPollingTimeMills", Live, 0, 60_000,
            o => o.ShortPollingTimeMs, (o, v) => o.ShortPollingTimeMs = v,
            "Milliseconds a pull is held when long polling is off."),
        Int(Pulling, "maxHeldPulls", AtStart, 0, 1_000_000, o => o.MaxHeldPulls, (o, v) => o.MaxHeldPulls = v,
            "Pulls held at the same time; further ones are answered at once."),
        Int(Pulling, "maxTransferBytesOnMessageInMemory", Live, 1024, 128 * 1024 * 1024,
            o => o.MaxTransferBytesOnMessageInMemory, (o, v) => o.MaxTransferBytesOnMessageInMemory = v,
            "Bytes per pull, of messages still in memory."),
        Int(Pulling, "maxTransferCountOnMessageInMemory", Live, 1, 65_536,
            o => o.MaxTransferCountOnMessageInMemory, (o, v) => o.MaxTransferCountOnMessageInMemory = v,
            "Messages per pull, of messages still in memory."),
        Int(Pulling, "maxTransferBytesOnMessageInDisk", Live, 1024, 128 * 1024 * 1024,
            o => o.MaxTransferBytesOnMessageInDisk, (o, v) => o.MaxTransferBytesOnMessageInDisk = v,
            "Bytes per pull, of messages that come from disk."),
        Int(Pulling, "maxTransferCountOnMessageInDisk", Live, 1, 65_536,
            o => o.MaxTransferCountOnMessageInDisk, (o, v) => o.MaxTransferCountOnMessageInDisk = v,
            "Messages per pull, of messages that come from disk."),
        Int(Pulling, "maxFilterMessageSize", Live, 20, 1 << 30,
            o => o.MaxFilterMessageSize, (o, v) => o.MaxFilterMessageSize = v,
            "Bytes of consume queue (20 a message) that one filtered pull looks through."),
        Int(Pulling, "accessMessageInMemoryMaxRatio", Live, 0, 100,
            o => o.AccessMessageInMemoryMaxRatio, (o, v) => o.AccessMessageInMemoryMaxRatio = v,
            "Percent of physical memory behind the end of the log that counts as in memory."),
        Bool(Pulling, "slaveReadEnable", Live, o => o.SlaveReadEnable, (o, v) => o.SlaveReadEnable = v,
            "Suggest a slave to a consumer that is further behind than memory reaches."),
        Int(Pulling, "defaultQueryMaxNum", Live, 1, 1024, o => o.DefaultQueryMaxNum, (o, v) => o.DefaultQueryMaxNum = v,
            "Messages that a query by key returns at most."),
        Int(Pulling, "flushConsumerOffsetInterval", AtStart, 100, 600_000,
            o => o.FlushConsumerOffsetIntervalMs, (o, v) => o.FlushConsumerOffsetIntervalMs = v,
            "Milliseconds between writes of the consumer offsets."),
    ];
}
