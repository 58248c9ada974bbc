using System.CommandLine;

namespace Broker.Host.Admin;

/// <summary>
/// <c>admin check</c>: sends messages and receives them again, comparing every body. Exit code 0: all came back as they
/// were sent; 1: something did not, and standard error says what.
/// </summary>
static class CheckCommand
{
    /// <summary>What the broker refuses by default beyond (maxMessageSize, 4 MiB).</summary>
    const int BodyBytesMax = 4 * 1024 * 1024;

    public static Command Create(TimeProvider time)
    {
        var nameServer = new Option<string>("--name-server")
        {
            Description = "The name servers: host:port, several separated by ';'.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NAMESRV_ADDR") ?? "127.0.0.1:9876",
        };
        var topic = new Option<string>("--topic") { Description = "An existing topic.", Required = true };
        var group = new Option<string>("--group") { Description = "The group to receive as.", Required = true };
        var messages = Ranged("--messages", "How many messages.", 1000, 1, 10_000_000);
        var bodyBytes = Ranged("--body-bytes", "The size of each body.", 1024, 1, BodyBytesMax);
        var timeout = Ranged("--timeout", "Seconds until it gives up.", 60, 1, 3600);
        var command = new Command("check", "Send messages, receive them again, compare every body.")
        {
            nameServer,
            topic,
            group,
            messages,
            bodyBytes,
            timeout,
        };
        command.SetAction(
            (parsed, stopping) =>
                RunAsync(
                    new CheckOptions(
                        parsed.GetRequiredValue(nameServer),
                        parsed.GetRequiredValue(topic),
                        parsed.GetRequiredValue(group),
                        parsed.GetValue(messages),
                        parsed.GetValue(bodyBytes),
                        TimeSpan.FromSeconds(parsed.GetValue(timeout))
                    ),
                    time,
                    parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error,
                    stopping
                )
        );
        return command;
    }

    static async Task<int> RunAsync(
        CheckOptions options,
        TimeProvider time,
        TextWriter output,
        TextWriter error,
        CancellationToken stopping
    )
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        await using var cluster = new ClusterClient(options.NameServers, time);
        var run = new CheckRun(options, cluster, time);
        try
        {
            await run.RunAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await error.WriteLineAsync($"check: not done after {options.Timeout.TotalSeconds} s: {run.Progress}");
            return 1;
        }
        catch (AdminFailedException failure)
        {
            await error.WriteLineAsync($"check: {failure.Message} ({run.Progress})");
            return 1;
        }
        await output.WriteLineAsync($"check: {run.Progress}, every body equal, {run.Elapsed.TotalSeconds:0.0} s");
        return 0;
    }

    static Option<int> Ranged(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} {least} to {most}.",
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && (result.GetValueOrDefault<int>() is var given)
                && (given < least || given > most)
            )
                result.AddError($"{name} takes {least} to {most}, not {given}.");
        });
        return option;
    }
}
