using System.Diagnostics;
using Broker.Protocol;
using Broker.Remoting.Tls;
using Microsoft.Extensions.Logging;

namespace Broker.Remoting;

/// <summary>What all connections of one server or client share.</summary>
sealed class ConnectionEnvironment : IDisposable
{
    readonly ThreadLocal<FlushScope> scopes = new(() => new FlushScope());

    public ConnectionEnvironment(
        RemotingOptions options,
        IRequestHandler handler,
        RemotingMetrics? metrics,
        TimeProvider time,
        ILogger logger
    )
    {
        Options = options;
        Handler = handler;
        Metrics = metrics;
        Time = time;
        Logger = logger;
        InFlight = new MemoryBudget(options.InFlightBytesMax);
        Input = new MemoryBudget(options.InputBytesMax);
        Tls = new TlsServer(options.Tls, time, logger);
        Refusals = new RefusalLog(time, logger);
    }

    public RemotingOptions Options { get; }

    public IRequestHandler Handler { get; }

    public RemotingMetrics? Metrics { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public MemoryBudget InFlight { get; }

    public MemoryBudget Input { get; }

    /// <summary>The connections that share the memory; null where there is but one.</summary>
    public ConnectionSet? Connections { get; set; }

    public TlsServer Tls { get; }

    public RefusalLog Refusals { get; }

    /// <summary>The scope of this thread, open or not.</summary>
    public FlushScope Scope => scopes.Value!;

    /// <summary>
    /// The receive buffers hold all they may: closes the connection that holds more than others, and of equals the one
    /// that has been silent for longest. False when that is the one that asks: it holds as much as anybody.
    /// </summary>
    public bool TryFreeInput(Connection asking) =>
        Connections?.LargestInput(asking) is { } largest && largest != asking && CloseForInput(largest);

    public void ProcessorFailed(RequestCode code, Connection connection, Exception failure)
    {
        Metrics?.Failed(code);
        RemotingLog.ProcessorFailed(Logger, failure, code, connection.RemoteEndPoint);
    }

    public double Milliseconds(long since) => Time.GetElapsedTime(since).TotalMilliseconds;

    static bool CloseForInput(Connection connection)
    {
        connection.Close(CloseReason.InputMemoryLimit);
        return true;
    }

    public void Dispose()
    {
        Debug.Assert(!Scope.IsOpen, "An environment ends outside of its batches.");
        scopes.Dispose();
    }
}
