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
                        var properties = CommonOptions.Read(arguments.GetValue(config));
                        var values = new Dictionary<string, ConfigSetting>();
                        foreach (var setting in properties.Concat(CommonOptions.Pairs(arguments.GetValue(set)!)))
                            values[setting.Key] = setting;
                        return Settings(values, arguments.GetValue(port), arguments.GetValue(httpPort), loggers);
                    }
                )
        );
        return command;
    }

    static NodeSettings Settings(
        IReadOnlyDictionary<string, ConfigSetting> values,
        int? port,
        int? httpPort,
        ILoggerFactory loggers
    )
    {
        string[] sharedKeys =
        [
            .. ConfigKeys.All.Where(k => k.Section == ConfigSection.Tls).Select(k => k.Name),
            "proxyProtocolTrustedAddresses",
        ];
        var known = NameServerKeys
            .Read(new NameServerOptions())
            .Select(k => k.Key)
            .Concat(OwnKeys)
            .Concat(sharedKeys)
            .ToHashSet();
        // A broker has these keys as well, so its reader reads them.
        var connections = new BrokerOptions();
        BrokerConfig.Apply(connections, values.Values.Where(setting => sharedKeys.Contains(setting.Key)));
        foreach (var setting in values.Values.Where(one => !known.Contains(one.Key)))
        {
            var hint = NearestName.Of(setting.Key, known) is { } nearest ? $" Did you mean {nearest}?" : "";
            var warning = setting.Say($"{setting.Key} is not a key of the name server.{hint}");
            HostLog.ConfigWarning(loggers.CreateLogger("Host"), warning);
        }
        var http = httpPort ?? Number(values, "metricsPromExporterPort", 5557, -1, 65_535);
        var list = Text(values, "namesrvAddr");
        return new NodeSettings
        {
            NameServer = new NameServerOptions
            {
                KvConfigPath = Text(values, "kvConfigPath"),
                ConfigStorePath = Text(values, "configStorePath"),
                OrderMessageEnable = Truth(values, "orderMessageEnable", false),
                ReturnOrderTopicConfigToBroker = Truth(values, "returnOrderTopicConfigToBroker", true),
                ScanInterval = TimeSpan.FromMilliseconds(
                    Number(values, "scanNotActiveBrokerInterval", 5000, 100, 600_000)
                ),
            },
            NameServerTls = connections.Tls,
            NameServerProxies = connections.TrustedProxies,
            NameServerAddress = new IPEndPoint(
                Address(values, "bindAddress"),
                port ?? Number(values, "listenPort", 9876, 0, 65_535)
            ),
            HttpAddress = http < 0 ? null : new IPEndPoint(IPAddress.Any, http),
            NameServerList = () => list,
            Loggers = loggers,
        };
    }

    static string? Text(IReadOnlyDictionary<string, ConfigSetting> values, string key) =>
        values.TryGetValue(key, out var setting) ? setting.Value : null;

    static IPAddress Address(IReadOnlyDictionary<string, ConfigSetting> values, string key)
    {
        if (!values.TryGetValue(key, out var setting))
            return IPAddress.Any;
        return IPAddress.TryParse(setting.Value, out var address)
            ? address
            : throw Wrong(setting, BrokerConfig.AnAddress);
    }

    static int Number(IReadOnlyDictionary<string, ConfigSetting> values, string key, int absent, int least, int most)
    {
        if (!values.TryGetValue(key, out var setting))
            return absent;
        if (
            !int.TryParse(setting.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < least
            || number > most
        )
            throw Wrong(setting, $"a whole number from {least} to {most}");
        return number;
    }

    static bool Truth(IReadOnlyDictionary<string, ConfigSetting> values, string key, bool absent)
    {
        if (!values.TryGetValue(key, out var setting))
            return absent;
        return bool.TryParse(setting.Value, out var truth) ? truth : throw Wrong(setting, "true or false");
    }

    static ConfigException Wrong(ConfigSetting setting, string wanted) =>
        new(setting.Say($"{setting.Key} must be {wanted}, not \"{setting.Value}\"."));
}
