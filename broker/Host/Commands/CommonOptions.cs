using System.CommandLine;
using Broker.Core.Configuration;
using Broker.Host.Logs;

namespace Broker.Host.Commands;

/// <summary>Options that every role has.</summary>
static class CommonOptions
{
    public static Option<LogFormat> LogFormat() =>
        new("--log-format")
        {
            Description = "Log lines as text or json; auto is text on a terminal.",
            DefaultValueFactory = _ => Logs.LogFormat.Auto,
        };

    public static Option<LogLevel> LogLevel() =>
        new("--log-level")
        {
            Description = "The least important events that are logged.",
            DefaultValueFactory = _ => Microsoft.Extensions.Logging.LogLevel.Information,
        };

    public static Option<string[]> Set() =>
        new("--set")
        {
            Description = "A key of the configuration, key=value; wins over the file. May be given several times.",
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
        };

    public static Option<FileInfo?> Config(string name) =>
        new("--config") { Description = $"The configuration, Java properties with Apache's keys ({name})." };

    /// <summary>Splits --set values.</summary>
    /// <exception cref="ConfigException">One is not key=value.</exception>
    public static IEnumerable<ConfigSetting> Pairs(IEnumerable<string> settings)
    {
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=');
            if (equals <= 0)
                throw new ConfigException($"--set wants key=value, not \"{setting}\".");
            yield return new(setting[..equals].Trim(), setting[(equals + 1)..]);
        }
    }

    /// <summary>The settings of a configuration file; none without one.</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public static IEnumerable<ConfigSetting> Read(FileInfo? file)
    {
        if (file is null)
            return [];
        try
        {
            return PropertiesText.Parse(File.ReadAllText(file.FullName), file.ToString());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"The configuration cannot be read: {failure.Message}");
        }
    }
}
