using Broker.Core.Configuration;
using Broker.Host.Logs;
using Broker.Host.Roles;

namespace Broker.Host.Commands;

/// <summary>
/// What all roles do with a command line: loggers, settings, and the exit code of a bad configuration.
/// </summary>
static class RoleAction
{
    public static async Task<int> RunAsync(LogFormat format, LogLevel level, Func<ILoggerFactory, NodeSettings> read)
    {
        using var loggers = LogSetup.Create(format, level);
        NodeSettings settings;
        try
        {
            settings = read(loggers);
        }
        catch (ConfigException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCode.BadConfiguration;
        }
        return await ProcessLife.RunAsync(settings);
    }
}
