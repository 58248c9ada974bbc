using Broker.Protocol;

namespace Broker.Host.Generate;

/// <summary>Codes of protocol.md §2 that no server serves, and why.</summary>
/// <param name="First">The first code.</param>
/// <param name="Last">The last one.</param>
/// <param name="Reason">For the reader of the page of codes.</param>
public sealed record UnservedRequests(int First, int Last, string Reason)
{
    const string Obsolete = "obsolete: Apache's own servers answer 3 as well";
    const string RocksDb = "about a store in RocksDB; queues lie in Apache's files here";
    const string Pushed = "sent by brokers to clients, not the other way round";

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyList<UnservedRequests> All { get; } =
    [
        new(13, 13, Obsolete),
        new(22, 23, Obsolete),
        new(27, 27, Obsolete),
        new(39, 40, Pushed),
        new(47, 47, Obsolete),
        new(50, 53, "access control of 4.x"),
        new(209, 214, Obsolete),
        new(218, 218, Obsolete),
        new(220, 221, Pushed),
        new(301, 302, Obsolete),
        new(326, 326, Pushed),
        new(354, 355, RocksDb),
        new(513, 513, "static topics"),
        new(902, 903, "broker containers: a broker is a process of its own here"),
        new(1001, 1018, "controllers and DLedger: the election is that of Kubernetes, or there is one static master"),
        new(2001, 2004, "flow control of cold data"),
        new(3001, 3010, "access control of 5.x"),
    ];

    /// <summary>Whether a code is one of them.</summary>
    public bool Covers(RequestCode code) => (int)code >= First && (int)code <= Last;

    /// <summary>As the page shows them.</summary>
    public string Codes => First == Last ? $"{First}" : $"{First} to {Last}";
}
