namespace Broker.Core.Configuration;

/// <summary>Turns broker.conf and <c>--set</c> options into <see cref="BrokerOptions"/>.</summary>
public static class BrokerConfig
{
    /// <summary>What is wanted in place of a local address that cannot be read.</summary>
    public const string AnAddress = "an IP address such as 0.0.0.0 or ::1";

    /// <summary>
    /// Applies <paramref name="settings"/> in order to <paramref name="options"/>. Returns one sentence per key
    /// without effect; sentences name the place where the setting stands.
    /// </summary>
    /// <exception cref="ConfigException">A value cannot be used.</exception>
    public static IReadOnlyList<string> Apply(BrokerOptions options, IEnumerable<ConfigSetting> settings)
    {
        var warnings = new List<string>();
        foreach (var setting in settings)
        {
            if (!ConfigKeys.ByName.TryGetValue(setting.Key, out var key))
            {
                warnings.Add(setting.Say(Unknown(setting.Key)));
                continue;
            }
            if (key.Apply(options, setting.Value) is { } wanted)
                throw new ConfigException(setting.Say($"{setting.Key} must be {wanted}, not \"{setting.Value}\"."));
        }
        options.IgnoredSettings = [.. options.IgnoredSettings, .. warnings];
        return warnings;
    }

    /// <summary>
    /// A live change by UPDATE_BROKER_CONFIG (25): all of it or nothing. Returns null, or why nothing was changed.
    /// </summary>
    public static string? TryChange(BrokerOptions options, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        var trial = new BrokerOptions();
        foreach (var (name, value) in properties)
        {
            if (!ConfigKeys.ByName.TryGetValue(name, out var key))
            {
                if (ApacheKeys.WithoutEffect.Contains(name))
                    continue;
                return Unknown(name);
            }
            if (key.Apply(trial, value) is { } wanted)
                return $"{name} must be {wanted}, not \"{value}\".";
            if (!key.Live && key.Read(trial) != key.Read(options))
                return $"{name} does not change while the broker runs: "
                    + "set it in the broker's configuration and restart.";
        }
        foreach (var (name, value) in properties)
        {
            if (ConfigKeys.ByName.TryGetValue(name, out var key))
                key.Apply(options, value);
        }
        return null;
    }

    static string Unknown(string name)
    {
        if (ApacheKeys.WithoutEffect.Contains(name))
            return $"{name} is a key of Apache's broker that has no effect here.";
        var nearest = NearestName.Of(name, ConfigKeys.ByName.Keys);
        return nearest is null
            ? $"{name} is not a key of this broker."
            : $"{name} is not a key of this broker. Did you mean {nearest}?";
    }
}
