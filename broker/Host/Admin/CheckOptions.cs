namespace Broker.Host.Admin;

/// <summary>What <c>admin check</c> is asked to do.</summary>
sealed record CheckOptions(
    string NameServers,
    string Topic,
    string Group,
    int Messages,
    int BodyBytes,
    TimeSpan Timeout
);
