using System.CommandLine;
using Broker.Host.Admin.Output;

namespace Broker.Host.Admin;

/// <summary>One call of a verb: what was given, the cluster to ask, and where the result goes.</summary>
sealed class VerbCall(
    ParseResult parsed,
    ClusterClient cluster,
    Report report,
    TimeProvider time,
    CancellationToken stopping
)
{
    /// <summary>The cluster that is asked.</summary>
    public ClusterClient Cluster { get; } = cluster;

    /// <summary>The result.</summary>
    public Report Report { get; } = report;

    /// <summary>Standard output, for a result that has a form of its own.</summary>
    public TextWriter Output { get; } = parsed.InvocationConfiguration.Output;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Ends the call early.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>The value of an option that may be absent.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>The value of an option that is required or has a usual value.</summary>
    public T Need<T>(Option<T> option)
        where T : notnull => parsed.GetRequiredValue(option);

    /// <summary>A number that fits 32 bits by the bounds of its option.</summary>
    public int Int(Option<long> option) => (int)parsed.GetRequiredValue(option);
}
