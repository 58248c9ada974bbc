using System.CommandLine;
using Broker.Host.Admin;
using Broker.Host.Generate;

namespace Broker.Host.Commands;

/// <summary>The whole program: its first argument is the role.</summary>
static class ProgramCommand
{
    /// <summary>Runs a command line to its end and returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, InvocationConfiguration configuration)
    {
        var root = new RootCommand("RocketMQ in C#. The first argument is the role of this process.")
        {
            AllInOneCommand.Create(),
            BrokerCommand.Create(),
            NameServerCommand.Create(),
            AdminCommand.Create(),
            GenerateCommand.Create(),
        };
        var parsed = root.Parse(arguments);
        if (parsed is { CommandResult.Command: Verb verb, Errors.Count: > 0 })
            return await WrongAsync(verb, parsed, configuration.Error);
        return await parsed.InvokeAsync(configuration);
    }

    /// <summary>Verbs are typed by hand: one line for each mistake tells more than two screens of help.</summary>
    static async Task<int> WrongAsync(Verb verb, ParseResult parsed, TextWriter error)
    {
        foreach (var mistake in parsed.Errors)
            await error.WriteLineAsync($"{verb.Name}: {mistake.Message}");
        await error.WriteLineAsync($"`rocketmq admin {verb.Name} --help` shows its options and examples.");
        return ExitCode.BadConfiguration;
    }
}
