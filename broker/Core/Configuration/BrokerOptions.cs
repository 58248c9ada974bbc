using Broker.Remoting.Proxy;
using Broker.Remoting.Tls;

namespace Broker.Core.Configuration;

/// <summary>
/// A broker's settings with Apache's defaults. Keys that change live are read at each use, so a new value takes effect
/// with the next request; all values are single words in memory, written only by <see cref="ConfigKeys"/>.
/// </summary>
public sealed partial class BrokerOptions
{
    /// <summary>Sentences about settings that this broker does not know or has no use for.</summary>
    public IReadOnlyList<string> IgnoredSettings { get; internal set; } = [];

    /// <summary>Cluster name that route queries and <c>clusterList</c> show.</summary>
    public string BrokerClusterName { get; internal set; } = "DefaultCluster";

    /// <summary>Name of the broker group; master and slaves share it. Empty: the host's name.</summary>
    public string BrokerName { get; internal set; } = "";

    /// <summary>ASYNC_MASTER or SYNC_MASTER: the same, as long as there is one replica.</summary>
    public BrokerRole BrokerRole { get; internal set; }

    /// <summary>0 is the master.</summary>
    public long BrokerId { get; internal set; }

    /// <summary>Advertised address; empty: the first address of this host that is not a loopback.</summary>
    public string BrokerIp1 { get; internal set; } = "";

    /// <summary>Address for replication; empty: as <see cref="BrokerIp1"/>.</summary>
    public string BrokerIp2 { get; internal set; } = "";

    /// <summary>Bits: 2 write, 4 read.</summary>
    public int BrokerPermission { get; internal set; } = 6;

    /// <summary>Written into every message as MSG_REGION.</summary>
    public string RegionId { get; internal set; } = "DefaultRegion";

    /// <summary>Written into every message as TRACE_ON.</summary>
    public bool TraceOn { get; internal set; } = true;

    /// <summary>"host:port;host:port"; names are resolved again at each registration.</summary>
    public string NamesrvAddr { get; internal set; } = "";

    /// <summary>0 lets the system choose.</summary>
    public int ListenPort { get; internal set; } = 10911;

    /// <summary>Local address to listen on.</summary>
    public string BindAddress { get; internal set; } = "0.0.0.0";

    /// <summary>0: <see cref="ListenPort"/> + 1.</summary>
    public int HaListenPort { get; internal set; }

    /// <summary>HTTP: health and metrics. 0 lets the system choose, -1 is none.</summary>
    public int MetricsPromExporterPort { get; internal set; } = 5557;

    /// <summary>Seconds without a frame after which a connection is closed.</summary>
    public int ServerChannelMaxIdleTimeSeconds { get; internal set; } = 120;

    /// <summary>Connections at the same time; further ones are closed at once.</summary>
    public int MaxConnections { get; internal set; } = 20_000;

    /// <summary>How connections are encrypted.</summary>
    public TlsServerOptions Tls { get; } = new();

    /// <summary><c>proxyProtocolTrustedAddresses</c>: addresses and networks, separated by commas.</summary>
    public string ProxyProtocolTrustedAddresses { get; set; } = "";

    /// <summary><see cref="ProxyProtocolTrustedAddresses"/> as it is used; nobody where it cannot be read.</summary>
    public TrustedProxies TrustedProxies =>
        TrustedProxies.TryParse(ProxyProtocolTrustedAddresses, out var proxies) ? proxies : TrustedProxies.None;

    /// <summary>Milliseconds between registrations.</summary>
    public int RegisterNameServerPeriodMs { get; internal set; } = 30_000;

    /// <summary>Milliseconds to wait for a name server's answer.</summary>
    public int RegisterBrokerTimeoutMs { get; internal set; } = 24_000;

    /// <summary>Whether the registration body is deflated.</summary>
    public bool CompressedRegister { get; internal set; }

    /// <summary>Milliseconds without a heartbeat after which a client leaves its groups.</summary>
    public int ChannelExpiredTimeoutMs { get; internal set; } = 120_000;

    /// <summary>Create a topic on the first send to it.</summary>
    public bool AutoCreateTopicEnable { get; internal set; } = true;

    /// <summary>
    /// With so many topics none is created on first use. A send is all it takes, each costs memory on every name
    /// server, and the table is written whole: 10,000 topics are 2 MB.
    /// </summary>
    public int AutoCreateTopicsMax { get; internal set; } = 10_000;

    /// <summary>Queues of TBW102, the upper bound for topics created on first use.</summary>
    public int DefaultTopicQueueNums { get; internal set; } = 8;

    /// <summary>A topic named as the cluster exists with read, write and inherit permission.</summary>
    public bool ClusterTopicEnable { get; internal set; } = true;

    /// <summary>A topic named as the broker exists with read, write and inherit permission.</summary>
    public bool BrokerTopicEnable { get; internal set; } = true;

    /// <summary>
    /// Create the trace topic. Apache's is off, so its users' traces go nowhere until they find out; here the topic is
    /// there.
    /// </summary>
    public bool TraceTopicEnable { get; internal set; } = true;

    /// <summary>The trace topic's name.</summary>
    public string MsgTraceTopicName { get; internal set; } = "RMQ_SYS_TRACE_TOPIC";

    /// <summary>Create a subscription group on its first heartbeat or pull.</summary>
    public bool AutoCreateSubscriptionGroup { get; internal set; } = true;

    /// <summary>Refuse to create or delete a topic with a system topic's name.</summary>
    public bool ValidateSystemTopicWhenUpdateTopic { get; internal set; } = true;

    /// <summary>Bytes of a message body at most.</summary>
    public int MaxMessageSize { get; internal set; } = 4 * 1024 * 1024;

    /// <summary>The same of messages with a time of delivery and of transactions; 0: no less than of others.</summary>
    public int MaxDeferredMessageSize { get; internal set; }

    /// <summary>Whose number of retries counts.</summary>
    public RetrySource RetryMaxTimesFrom { get; internal set; }

    /// <summary>Refuse messages that are not of their topic's type.</summary>
    public bool EnableTopicMessageTypeCheck { get; internal set; }

    /// <summary>The 18 delay levels, "1s 5s 10s ...".</summary>
    public string MessageDelayLevel { get; internal set; } =
        "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    /// <summary>Milliseconds one append may block the log before further sends are answered "busy".</summary>
    public int OsPageCacheBusyTimeOutMs { get; internal set; } = 1000;

    /// <summary>Unix milliseconds before which sends are refused.</summary>
    public long StartAcceptSendRequestTimeStamp { get; internal set; }

    /// <summary>Store the replies of request-reply besides handing them to the requester.</summary>
    public bool StoreReplyMessageEnable { get; internal set; } = true;

    /// <summary>Refuse to take prepared messages of transactions.</summary>
    public bool RejectTransactionMessage { get; internal set; }

    /// <summary>Milliseconds between checks of undecided transactions.</summary>
    public int TransactionCheckIntervalMs { get; internal set; } = 30_000;

    /// <summary>Milliseconds that a transaction is left alone before its first check.</summary>
    public int TransactionTimeOutMs { get; internal set; } = 6_000;

    /// <summary>Checks of a transaction before it is given up.</summary>
    public int TransactionCheckMax { get; internal set; } = 15;

    /// <summary>Let groups in broadcast mode pull from ordered topics, as Apache does.</summary>
    public bool BroadcastOrderedTopicEnable { get; internal set; } = true;

    /// <summary>Hold pulls that find nothing.</summary>
    public bool LongPollingEnable { get; internal set; } = true;

    /// <summary>Milliseconds a pull is held when long polling is off.</summary>
    public int ShortPollingTimeMs { get; internal set; } = 1000;

    /// <summary>Pulls held at the same time; further ones are answered at once.</summary>
    public int MaxHeldPulls { get; internal set; } = 100_000;

    /// <summary>Bytes per pull of messages still in memory.</summary>
    public int MaxTransferBytesOnMessageInMemory { get; internal set; } = 256 * 1024;

    /// <summary>Messages per pull of messages still in memory.</summary>
    public int MaxTransferCountOnMessageInMemory { get; internal set; } = 32;

    /// <summary>Bytes per pull of messages that come from disk.</summary>
    public int MaxTransferBytesOnMessageInDisk { get; internal set; } = 64 * 1024;

    /// <summary>Messages per pull of messages that come from disk.</summary>
    public int MaxTransferCountOnMessageInDisk { get; internal set; } = 8;

    /// <summary>
    /// Let consumers filter by SQL92. Apache's is off, although its guide to filters works with it on only.
    /// </summary>
    public bool EnablePropertyFilter { get; internal set; } = true;

    /// <summary>Bytes of consume queue that one filtered pull looks through.</summary>
    public int MaxFilterMessageSize { get; internal set; } = 16_000;

    /// <summary>Percent of physical memory behind the end of the log that counts as in memory.</summary>
    public int AccessMessageInMemoryMaxRatio { get; internal set; } = 40;

    /// <summary>Suggest a slave to a consumer that is far behind.</summary>
    public bool SlaveReadEnable { get; internal set; }

    /// <summary>Take consumption away from groups that fall behind too far.</summary>
    public bool DisableConsumeIfConsumerReadSlowly { get; internal set; }

    /// <summary>Bytes of log that a group may be behind in a queue; 16 GiB as with Apache.</summary>
    public long ConsumerFallbehindThreshold { get; internal set; } = 16L << 30;

    /// <summary>Set offsets at the broker (code 222), online or not; otherwise the members are told to.</summary>
    public bool UseServerSideResetOffset { get; internal set; } = true;

    /// <summary>Messages that a query by key returns at most.</summary>
    public int DefaultQueryMaxNum { get; internal set; } = 32;

    /// <summary><c>maxMsgsNumBatch</c>: messages that a query by a user's key returns at most.</summary>
    public int MaxMessagesPerBatch { get; internal set; } = 64;

    /// <summary>Milliseconds between writes of the consumer offsets.</summary>
    public int FlushConsumerOffsetIntervalMs { get; internal set; } = 5000;
}
