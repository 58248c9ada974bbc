namespace Broker.Core.Configuration;

/// <summary>One key of broker.conf: Apache's name, what it does, and how its text becomes a value.</summary>
public sealed class ConfigKey
{
    readonly Func<BrokerOptions, string> _read;
    readonly Func<BrokerOptions, string, string?> _apply;

    internal ConfigKey(
        string name,
        ConfigSection section,
        bool live,
        string meaning,
        Func<BrokerOptions, string> read,
        Func<BrokerOptions, string, string?> apply
    )
    {
        Name = name;
        Section = section;
        Live = live;
        Meaning = meaning;
        _read = read;
        _apply = apply;
    }

    /// <summary>Apache's name where Apache has the key.</summary>
    public string Name { get; }

    /// <summary>Where <c>--help</c> lists it.</summary>
    public ConfigSection Section { get; }

    /// <summary>Whether a change by UPDATE_BROKER_CONFIG (25) takes effect without a restart.</summary>
    public bool Live { get; }

    /// <summary>One line for <c>--help</c>, with the unit.</summary>
    public string Meaning { get; }

    /// <summary>The value as it stands in <paramref name="options"/>, as properties text.</summary>
    public string Read(BrokerOptions options) => _read(options);

    /// <summary>
    /// Sets the value. Returns null, or what the value should have been ("a whole number from 0 to 65535").
    /// </summary>
    public string? Apply(BrokerOptions options, string text) => _apply(options, text.Trim());
}
