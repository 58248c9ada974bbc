namespace Broker.NameServer;

/// <summary>
/// The settings of a name server; keys of nameserver.conf are Apache's where one exists. Those with a setter may
/// change live.
/// </summary>
public sealed class NameServerOptions
{
    /// <summary>
    /// <c>kvConfigPath</c>: the file that keeps the key-value configuration, null to keep it in memory only.
    /// </summary>
    public string? KvConfigPath { get; init; }

    /// <summary>
    /// <c>configStorePath</c>: the file that keeps what code 318 changes; beside the key-value configuration when it is
    /// not given. Null when nothing is kept.
    /// </summary>
    public string? ConfigStorePath
    {
        get => field ?? (KvConfigPath is null ? null : Path.ChangeExtension(KvConfigPath, ".properties"));
        init;
    }

    /// <summary><c>orderMessageEnable</c>: whether routes carry <c>orderTopicConf</c>.</summary>
    public bool OrderMessageEnable { get; set; }

    /// <summary>
    /// <c>returnOrderTopicConfigToBroker</c>: whether a registration is answered with the queue counts of ordered
    /// topics.
    /// </summary>
    public bool ReturnOrderTopicConfigToBroker { get; set; } = true;

    /// <summary>
    /// Silence after which a broker that named no time of its own is dropped: four missed registrations of 30 s.
    /// </summary>
    public TimeSpan BrokerTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>scanNotActiveBrokerInterval</c> (ms): how often silent brokers are looked for.</summary>
    public TimeSpan ScanInterval { get; init; } = TimeSpan.FromSeconds(5);
}
