using System.Net;
using Broker.NameServer;
using Broker.Remoting;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Plan;

namespace Scenarios.Doubles;

/// <summary>
/// What runs in a pod: a real name server, or a broker as administration sees it. It has an address of its own.
/// </summary>
sealed class PodDouble : IAsyncDisposable
{
    static int s_lastAddress;

    readonly MetricsRegistry _metrics = new(new MetricsOptions(), TimeProvider.System);
    readonly NameServerNode? _nameServer;

    public PodDouble(string name, string uid, bool isNameServer, string group)
    {
        (Name, Uid, Group) = (name, uid, group);
        // Every pod of every test has its own loopback address, so that the real ports can be used; the process has a
        // part in it, so that two runs on one machine do not meet.
        var number = Interlocked.Increment(ref s_lastAddress);
        var run = (byte)(64 + (Environment.ProcessId % 128));
        Ip = new IPAddress([127, run, (byte)(number / 250), (byte)(1 + (number % 250))]);
        if (isNameServer)
        {
            _nameServer = new NameServerNode(
                new NameServerOptions(),
                new RemotingOptions(),
                _metrics,
                TimeProvider.System,
                NullLoggerFactory.Instance
            );
            _nameServer.Start(new IPEndPoint(Ip, Ports.NameServer));
        }
        else
            Broker = new BrokerDouble(group, Ip, Ports.Broker);
    }

    public string Name { get; }

    public string Uid { get; }

    /// <summary>The brokerName; empty for a name server.</summary>
    public string Group { get; }

    public IPAddress Ip { get; }

    /// <summary>Null in a name server's pod.</summary>
    public BrokerDouble? Broker { get; }

    /// <summary>The Service whose address a master advertises; null before it is one.</summary>
    public string? MasterService { get; set; }

    public string NameServerAddress => $"{Ip}:{Ports.NameServer}";

    public async ValueTask DisposeAsync()
    {
        if (_nameServer is not null)
            await _nameServer.DisposeAsync();
        if (Broker is not null)
            await Broker.DisposeAsync();
        _metrics.Dispose();
    }
}
