using System.CommandLine;
using System.Net;
using Broker.Core.Configuration;
using Broker.Host.Roles;

namespace Broker.Host.Commands;

/// <summary><c>broker</c>: one broker, configured by a broker.conf as Apache's.</summary>
static class BrokerCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config("broker.conf");
        var set = CommonOptions.Set();
        var httpPort = new Option<int?>("--http-port")
        {
            Description = "Port of /livez, /readyz and /metrics; the key metricsPromExporterPort otherwise.",
        };
        var format = CommonOptions.LogFormat();
        var level = CommonOptions.LogLevel();
        var command = new Command("broker", "A broker.") { config, set, httpPort, format, level, KeysCommand() };
        command.SetAction(
            (arguments, _) =>
                RoleAction.RunAsync(
                    arguments.GetValue(format),
                    arguments.GetValue(level),
                    loggers =>
                        Settings(
                            arguments.GetValue(config),
                            [.. CommonOptions.Pairs(arguments.GetValue(set)!)],
                            arguments.GetValue(httpPort),
                            loggers
                        )
                )
        );
        return command;
    }

    static Command KeysCommand()
    {
        var keys = new Command("keys", "List every key of broker.conf with its default and meaning.");
        keys.SetAction(arguments => arguments.InvocationConfiguration.Output.Write(ConfigReference.Write()));
        return keys;
    }

    static NodeSettings Settings(
        FileInfo? file,
        IReadOnlyList<ConfigSetting> set,
        int? httpPort,
        ILoggerFactory loggers
    )
    {
        var options = new BrokerOptions();
        ConfigSetting[] all = [.. FromEnvironment(), .. CommonOptions.Read(file), .. set];
        foreach (var warning in BrokerConfig.Apply(options, all))
            HostLog.ConfigWarning(loggers.CreateLogger("Host"), warning);
        var port = httpPort ?? options.MetricsPromExporterPort;
        return new NodeSettings
        {
            Broker = options,
            HttpAddress = port < 0 ? null : new IPEndPoint(IPAddress.Any, port),
            RegisterAt = () => NameServers(file, set) ?? options.NamesrvAddr,
            Loggers = loggers,
        };
    }

    /// <summary>A pod's own address, where the configuration names none.</summary>
    static IEnumerable<ConfigSetting> FromEnvironment()
    {
        yield return new("brokerName", HostName());
        if (Environment.GetEnvironmentVariable("POD_IP") is { Length: > 0 } address)
            yield return new("brokerIP1", address, "POD_IP");
        if (Environment.GetEnvironmentVariable("NAMESRV_ADDR") is { Length: > 0 } nameServers)
            yield return new("namesrvAddr", nameServers, "NAMESRV_ADDR");
    }

    /// <summary>Apache names a broker after its host; dots are not legal in our names.</summary>
    static string HostName() => Environment.MachineName.Split('.')[0];

    /// <summary>
    /// The name servers as the file says now: a mounted ConfigMap changes while the broker runs. Null when the command
    /// line decides or the file says nothing.
    /// </summary>
    static string? NameServers(FileInfo? file, IReadOnlyList<ConfigSetting> set)
    {
        const string key = "namesrvAddr";
        if (file is null || set.Any(s => s.Key == key))
            return null;
        try
        {
            return PropertiesText.Parse(File.ReadAllText(file.FullName)).LastOrDefault(p => p.Key == key).Value;
        }
        catch (IOException)
        {
            // Being replaced at this moment: the list of the last reading stays good until the next.
            return null;
        }
    }
}
