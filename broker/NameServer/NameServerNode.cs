using System.Diagnostics.Metrics;
using System.Net;
using Broker.NameServer.KeyValues;
using Broker.NameServer.Routes;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.NameServer;

/// <summary>
/// A whole name server: its tables, its processors, its sockets. Construct, <see cref="Start"/>, and in the end
/// <see cref="StopAsync"/> or dispose. It knows nothing of other name servers: brokers register with each.
/// </summary>
public sealed class NameServerNode : IAsyncDisposable
{
    readonly NameServerOptions options;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly NameServerMeters meters;
    readonly ProcessorTable processors;
    readonly RemotingServer server;
    readonly RequestTurn changing;
    readonly CancellationTokenSource stopping = new();
    Task scanning = Task.CompletedTask;

    /// <param name="options">The settings.</param>
    /// <param name="remoting">The bounds of its connections.</param>
    /// <param name="metrics">Where its instruments are registered.</param>
    /// <param name="time">The clock of all timeouts.</param>
    /// <param name="logging">Events 4000 to 4999, and those of remoting.</param>
    public NameServerNode(
        NameServerOptions options,
        RemotingOptions remoting,
        IMeterFactory metrics,
        TimeProvider time,
        ILoggerFactory logging
    )
    {
        this.options = options;
        this.time = time;
        logger = logging.CreateLogger("NameServer");
        Routes = new RouteTable(options, time);
        changing = new RequestTurn("settings", time);
        KeyValues = new KeyValueTable(options.KvConfigPath, logger, changing);
        meters = new NameServerMeters(metrics, Routes);
        processors = new ProcessorTable { ConnectionClosed = Disconnected };
        var answers = new RouteAnswers(Routes, KeyValues, options);
        new RouteProcessor(Routes, answers, meters).Register(processors);
        new TopicProcessor(Routes).Register(processors);
        new RegistrationProcessor(Routes, KeyValues, options, meters, logger).Register(processors);
        new KeyValueProcessor(KeyValues).Register(processors);
        new SettingsProcessor(options, changing, logger).Register(processors);
        server = new RemotingServer(
            remoting,
            processors,
            new RemotingMetrics(metrics, "nameserver"),
            time,
            logging.CreateLogger("Remoting")
        );
    }

    /// <summary>Where topics are.</summary>
    public RouteTable Routes { get; }

    /// <summary>The key-value configuration.</summary>
    public KeyValueTable KeyValues { get; }

    /// <summary>The codes that are served, and by whom.</summary>
    public IReadOnlyList<ServedRequest> Requests => processors.Served;

    /// <summary>Listens and serves. Port 0 lets the system choose; the real address is returned.</summary>
    public IPEndPoint Start(IPEndPoint address)
    {
        var bound = server.Listen(address);
        scanning = ScanAsync(stopping.Token);
        return bound;
    }

    /// <summary>Answers what was received, at most for <paramref name="grace"/>, and closes all connections.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        processors.IsLeaving = true;
        await stopping.CancelAsync().ConfigureAwait(false);
        await server.StopAsync(grace).ConfigureAwait(false);
        await scanning.ConfigureAwait(false);
    }

    /// <summary>Stops without waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        stopping.Dispose();
        changing.Dispose();
    }

    void Disconnected(Connection connection)
    {
        var count = Routes.DropConnection(connection);
        if (count == 0)
            return;
        meters.Dropped("closed", count);
        NameServerLog.Disconnected(logger, count, connection.ToString());
    }

    async Task ScanAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.ScanInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
                Scan();
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    void Scan()
    {
        var count = Routes.DropSilent();
        if (count == 0)
            return;
        meters.Dropped("silent", count);
        NameServerLog.Silent(logger, count);
    }
}
