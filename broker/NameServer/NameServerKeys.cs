using System.Globalization;

namespace Broker.NameServer;

/// <summary>The settings of a name server by the names of nameserver.conf.</summary>
public static class NameServerKeys
{
    /// <summary>Every key and its present value, as code 319 lists them.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(NameServerOptions options)
    {
        yield return new("kvConfigPath", options.KvConfigPath ?? "");
        yield return new("configStorePath", options.ConfigStorePath ?? "");
        yield return new("orderMessageEnable", Text(options.OrderMessageEnable));
        yield return new("returnOrderTopicConfigToBroker", Text(options.ReturnOrderTopicConfigToBroker));
        yield return new(
            "scanNotActiveBrokerInterval",
            ((long)options.ScanInterval.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)
        );
    }

    /// <summary>Changes a setting of a running name server (code 318).</summary>
    /// <returns>What is wrong, null when it was changed.</returns>
    public static string? TryChange(NameServerOptions options, string key, string value)
    {
        if (key is "kvConfigPath" or "configStorePath" or "scanNotActiveBrokerInterval")
            return $"{key} cannot be changed while the name server runs";
        if (key is not ("orderMessageEnable" or "returnOrderTopicConfigToBroker"))
            return $"{key} is not a setting of the name server";
        if (!bool.TryParse(value, out var truth))
            return $"{key} must be true or false, not {value}";
        if (key == "orderMessageEnable")
            options.OrderMessageEnable = truth;
        else
            options.ReturnOrderTopicConfigToBroker = truth;
        return null;
    }

    static string Text(bool value) => value ? "true" : "false";
}
