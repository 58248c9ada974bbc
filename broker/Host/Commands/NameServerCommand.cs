using System.CommandLine;
using System.Globalization;
using System.Net;
using Broker.Core.Configuration;
using Broker.Host.Roles;
using Broker.NameServer;

namespace Broker.Host.Commands;

/// <summary><c>nameserver</c>: one name server, configured by a nameserver.conf as Apache's.</summary>
static class NameServerCommand
{
    static readonly string[] OwnKeys = ["listenPort", "bindAddress", "metricsPromExporterPort", "namesrvAddr"];

    public static Command Create()
    {
        var config = CommonOptions.Config("nameserver.conf");
        var set = CommonOptions.Set();
        var port = new Option<int?>("--port")
        {
            Description = "Port for brokers and clients; the key listenPort otherwise.",
        };
        var httpPort = new Option<int?>("--http-port")
        {
            Description =
                "Port of /livez, /readyz, /metrics and /rocketmq/nsaddr; the key metricsPromExporterPort otherwise.",
        };
        var format = CommonOptions.LogFormat();
        var level = CommonOptions.LogLevel();
        var command = new Command("nameserver", "A name server.") { config, set, port, httpPort, format, level };
        command.SetAction(
            (arguments, _) =>
                RoleAction.RunAsync(
                    arguments.GetValue(format),
                    arguments.GetValue(level),
                    loggers =>
                    {
                        var file = arguments.GetValue(config);
                        var properties = file is null ? [] : PropertiesText.Parse(CommonOptions.Read(file));
                        var values = new Dictionary<string, string>();
                        foreach (var (key, value) in properties.Concat(CommonOptions.Pairs(arguments.GetValue(set)!)))
                            values[key] = value;
                        return Settings(values, arguments.GetValue(port), arguments.GetValue(httpPort), loggers);
                    }
                )
        );
        return command;
    }

    static NodeSettings Settings(
        IReadOnlyDictionary<string, string> values,
        int? port,
        int? httpPort,
        ILoggerFactory loggers
    )
    {
        string[] tlsKeys = [.. ConfigKeys.All.Where(k => k.Section == ConfigSection.Tls).Select(k => k.Name)];
        var known = NameServerKeys
            .Read(new NameServerOptions())
            .Select(k => k.Key)
            .Concat(OwnKeys)
            .Concat(tlsKeys)
            .ToHashSet();
        // The keys are a broker's, too: it reads them.
        var encrypted = new BrokerOptions();
        BrokerConfig.Apply(encrypted, values.Where(v => tlsKeys.Contains(v.Key)));
        foreach (var key in values.Keys.Where(k => !known.Contains(k)))
        {
            var hint = NearestName.Of(key, known) is { } nearest ? $" Did you mean {nearest}?" : "";
            HostLog.ConfigWarning(loggers.CreateLogger("Host"), $"{key} is not a key of the name server.{hint}");
        }
        var bind = IPAddress.Parse(values.GetValueOrDefault("bindAddress", "0.0.0.0"));
        var http = httpPort ?? Number(values, "metricsPromExporterPort", 5557, -1, 65_535);
        values.TryGetValue("namesrvAddr", out var list);
        return new NodeSettings
        {
            NameServer = new NameServerOptions
            {
                KvConfigPath = values.GetValueOrDefault("kvConfigPath"),
                ConfigStorePath = values.GetValueOrDefault("configStorePath"),
                OrderMessageEnable = Truth(values, "orderMessageEnable", false),
                ReturnOrderTopicConfigToBroker = Truth(values, "returnOrderTopicConfigToBroker", true),
                ScanInterval = TimeSpan.FromMilliseconds(
                    Number(values, "scanNotActiveBrokerInterval", 5000, 100, 600_000)
                ),
            },
            NameServerTls = encrypted.Tls,
            NameServerAddress = new IPEndPoint(bind, port ?? Number(values, "listenPort", 9876, 0, 65_535)),
            HttpAddress = http < 0 ? null : new IPEndPoint(IPAddress.Any, http),
            NameServerList = () => list,
            Loggers = loggers,
        };
    }

    static int Number(IReadOnlyDictionary<string, string> values, string key, int absent, int least, int most)
    {
        if (!values.TryGetValue(key, out var text))
            return absent;
        if (
            !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < least
            || number > most
        )
            throw new ConfigException($"{key} must be a whole number from {least} to {most}, not \"{text}\".");
        return number;
    }

    static bool Truth(IReadOnlyDictionary<string, string> values, string key, bool absent)
    {
        if (!values.TryGetValue(key, out var text))
            return absent;
        return bool.TryParse(text, out var truth)
            ? truth
            : throw new ConfigException($"{key} must be true or false, not \"{text}\".");
    }
}
