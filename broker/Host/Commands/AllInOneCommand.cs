using System.CommandLine;
using System.Net;
using Broker.Core.Configuration;
using Broker.Host.Logs;
using Broker.Host.Roles;
using Broker.NameServer;

namespace Broker.Host.Commands;

/// <summary>
/// <c>all-in-one</c>: a name server and a broker in one process, data in one folder. For laptops and tests.
/// </summary>
static class AllInOneCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder of everything that is kept.",
            Required = true,
        };
        var nameServerPort = Port("--name-server-port", 9876, "Port of the name server.");
        var port = Port("--port", 10911, "Port of the broker; the same protocol is also served at this port - 2.");
        var httpPort = Port("--http-port", 5557, "Port of /livez, /readyz and /metrics.");
        var set = CommonOptions.Set();
        var format = CommonOptions.LogFormat();
        var level = CommonOptions.LogLevel();
        var command = new Command(
            "all-in-one",
            "A name server and a broker in one process; topics are created on first use."
        )
        {
            data,
            nameServerPort,
            port,
            httpPort,
            set,
            format,
            level,
        };
        command.SetAction(
            (arguments, _) =>
                RoleAction.RunAsync(
                    arguments.GetValue(format),
                    arguments.GetValue(level),
                    loggers =>
                    {
                        var ports = (
                            arguments.GetValue(nameServerPort),
                            arguments.GetValue(port),
                            arguments.GetValue(httpPort)
                        );
                        return Settings(
                            arguments.GetValue(data)!.FullName,
                            ports,
                            CommonOptions.Pairs(arguments.GetValue(set)!),
                            loggers
                        );
                    }
                )
        );
        return command;
    }

    /// <summary>The settings of an all-in-one process over a folder; port 0 lets the system choose.</summary>
    public static NodeSettings Settings(
        string folder,
        (int NameServer, int Broker, int Http) ports,
        IEnumerable<ConfigSetting> settings,
        ILoggerFactory loggers
    )
    {
        var options = new BrokerOptions();
        ConfigSetting[] all =
        [
            new("brokerName", "broker-a"),
            new("storePathRootDir", Path.Combine(folder, "store")),
            new("listenPort", $"{ports.Broker}"),
            .. settings,
        ];
        foreach (var warning in BrokerConfig.Apply(options, all))
            HostLog.ConfigWarning(loggers.CreateLogger("Host"), warning);
        // Without an address of the user's own nobody beyond this machine is told how to come, so nobody may.
        var local = options.BrokerIp1.Length == 0;
        if (local)
        {
            ConfigSetting[] loopback = [new("brokerIP1", "127.0.0.1"), new("bindAddress", "127.0.0.1")];
            BrokerConfig.Apply(options, loopback);
        }
        var bind = local ? IPAddress.Loopback : IPAddress.Any;
        return new NodeSettings
        {
            Broker = options,
            NameServer = new NameServerOptions { KvConfigPath = Path.Combine(folder, "namesrv", "kvConfig.json") },
            NameServerAddress = new IPEndPoint(bind, ports.NameServer),
            NameServerTls = options.Tls,
            NameServerProxies = options.TrustedProxies,
            HttpAddress = new IPEndPoint(bind, ports.Http),
            Loggers = loggers,
        };
    }

    static Option<int> Port(string name, int usual, string description) =>
        new(name) { Description = $"{description} 0 lets the system choose.", DefaultValueFactory = _ => usual };
}
