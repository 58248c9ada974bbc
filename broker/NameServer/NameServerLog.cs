using Microsoft.Extensions.Logging;

namespace Broker.NameServer;

/// <summary>The log events of the name server: 4000 to 4999.</summary>
static partial class NameServerLog
{
    [LoggerMessage(
        4000,
        LogLevel.Information,
        "Broker {Broker} id {Id} at {Address} of cluster {Cluster} registered with {Topics} topics"
    )]
    public static partial void Registered(
        ILogger logger,
        string broker,
        long id,
        string address,
        string cluster,
        int topics
    );

    [LoggerMessage(
        4001,
        LogLevel.Warning,
        "Registration of broker {Broker} at {Address} refused: it must send all of its topics first"
    )]
    public static partial void RegistrationRefused(ILogger logger, string broker, string address);

    [LoggerMessage(4002, LogLevel.Information, "Broker {Broker} id {Id} at {Address} left")]
    public static partial void Left(ILogger logger, string broker, long id, string address);

    [LoggerMessage(4003, LogLevel.Warning, "{Count} brokers dropped: connection from {Peer} closed")]
    public static partial void Disconnected(ILogger logger, int count, string peer);

    [LoggerMessage(4004, LogLevel.Warning, "{Count} brokers dropped: silent for too long")]
    public static partial void Silent(ILogger logger, int count);

    [LoggerMessage(4005, LogLevel.Error, "The key-value configuration could not be written to {Path}")]
    public static partial void KvNotWritten(ILogger logger, Exception failure, string path);

    [LoggerMessage(
        4006,
        LogLevel.Warning,
        "The key-value configuration in {Path} cannot be used and is kept as {Path}.damaged: {Problem}"
    )]
    public static partial void KvDamaged(ILogger logger, string path, string problem);

    [LoggerMessage(4007, LogLevel.Warning, "A setting kept in {Path} is not used: {Problem}")]
    public static partial void SettingNotUsed(ILogger logger, string path, string problem);

    [LoggerMessage(
        4008,
        LogLevel.Warning,
        "The change of {Keys} holds until this name server stops: neither configStorePath nor kvConfigPath is set"
    )]
    public static partial void SettingsNotKept(ILogger logger, string keys);
}
