using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Broker.Host.Admin.Output;
using Broker.Protocol;

namespace Broker.Host.Admin;

/// <summary>
/// One verb of <c>rocketmq admin</c>: options, examples, and what it does with a <see cref="VerbCall"/>. Exit code 0:
/// done; 1: the cluster refused or could not be asked, and standard error says why; 2: the command line is wrong.
/// </summary>
sealed class Verb : Command
{
    readonly Func<VerbCall, Task> run;

    /// <param name="name">As the reference's command line calls it.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="run">Does it.</param>
    /// <param name="examples">Arguments behind the verb's name, one or more calls.</param>
    public Verb(string name, string description, Func<VerbCall, Task> run, params string[] examples)
        : base(name, description)
    {
        this.run = run;
        Examples = [.. examples.Select(example => $"rocketmq admin {name} {example}".TrimEnd())];
        Add(new HelpOption { Action = new VerbHelp(this) });
    }

    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Adds the options that every verb has, and makes it run.</summary>
    public Verb Bind(AdminOptions options, TimeProvider time)
    {
        foreach (var option in options.All)
            Add(option);
        SetAction((parsed, stopping) => RunAsync(parsed, options, time, stopping));
        return this;
    }

    async Task<int> RunAsync(ParseResult parsed, AdminOptions options, TimeProvider time, CancellationToken stopping)
    {
        var output = parsed.InvocationConfiguration.Output;
        using var report = new Report(output, parsed.GetValue(options.Output));
        await using var cluster = new ClusterClient(parsed.GetRequiredValue(options.NameServers), time)
        {
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(options.Timeout)),
        };
        try
        {
            await run(new VerbCall(parsed, cluster, report, time, stopping)).ConfigureAwait(false);
            report.Finish();
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            report.Abandon();
            return ExitCode.Failed;
        }
        catch (Exception failure) when (failure is AdminFailedException or RefusedException or IOException)
        {
            report.Abandon();
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"{Name}: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>The usual help, then the examples.</summary>
    sealed class VerbHelp(Verb verb) : SynchronousCommandLineAction
    {
        /// <summary>Who asks for help has not made a mistake by leaving out the rest.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            new HelpAction().Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in verb.Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
            return 0;
        }
    }
}
