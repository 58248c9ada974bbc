namespace Benchmarks.Answers;

/// <summary>Whom a step asks, or speaks as.</summary>
enum Peer
{
    /// <summary>The broker, as a tool.</summary>
    Broker,

    /// <summary>The broker, as the consumer that is online.</summary>
    Consumer,

    /// <summary>The name server.</summary>
    NameServer,
}
