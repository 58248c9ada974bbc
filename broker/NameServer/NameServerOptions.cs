namespace Broker.NameServer;

/// <summary>The settings of a name server; keys of nameserver.conf are Apache's where one exists.</summary>
public sealed class NameServerOptions
{
    /// <summary>The file that keeps the key-value configuration, null to keep it in memory only. Key <c>kvConfigPath</c>.</summary>
    public string? KvConfigPath { get; init; }

    /// <summary>Whether routes carry <c>orderTopicConf</c>. Key <c>orderMessageEnable</c>.</summary>
    public bool OrderMessageEnable { get; init; }

    /// <summary>Whether a registration is answered with the queue counts of ordered topics. Key <c>returnOrderTopicConfigToBroker</c>.</summary>
    public bool ReturnOrderTopicConfigToBroker { get; init; } = true;

    /// <summary>Silence after which a broker that named no time of its own is dropped: four missed registrations of 30 s.</summary>
    public TimeSpan BrokerTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often silent brokers are looked for. Key <c>scanNotActiveBrokerInterval</c>, milliseconds.</summary>
    public TimeSpan ScanInterval { get; init; } = TimeSpan.FromSeconds(5);
}
