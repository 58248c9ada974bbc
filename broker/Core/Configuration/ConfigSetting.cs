namespace Broker.Core.Configuration;

/// <summary>One key and its value, as somebody wrote it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Source">
/// Where it stands, for whoever has to correct it: "broker.conf, line 7"; null when that is clear.
/// </param>
public readonly record struct ConfigSetting(string Key, string Value, string? Source = null)
{
    /// <summary>A sentence about this setting, with the place where it stands.</summary>
    public string Say(string sentence) => Source is null ? sentence : $"{Source}: {sentence}";
}
