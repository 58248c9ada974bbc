using System.Diagnostics;
using System.Globalization;

namespace Hostile.Runs;

/// <summary>
/// Runs one trial in a process with namespaces of its own for network, mounts and processes. Whatever it starts ends
/// with it, and its traffic meets nobody.
/// </summary>
sealed class TrialProcess(RunSettings settings, RunFolder run)
{
    /// <summary>A trial has 5 minutes; it ends by itself a little before, so that it can say where it was.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    public async Task<Outcome> RunAsync(Trial trial, CancellationToken interrupted)
    {
        var folder = run.Prepare(trial.Name);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(Command(trial, folder))!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        limit.CancelAfter(Limit + Grace);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, folder);
            interrupted.ThrowIfCancellationRequested();
        }
        var outcome = ReadResult(trial, folder, clock.Elapsed);
        if (!outcome.IsFailure && !settings.KeepsFolders)
            Directory.Delete(folder, recursive: true);
        return outcome;
    }

    ProcessStartInfo Command(Trial trial, string folder)
    {
        // Only its own mounts are seen in it. The process number 1 of the new namespace is the trial: when it ends,
        // all do.
        string[] words =
        [
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--propagation",
            "private",
            "dotnet",
            typeof(TrialProcess).Assembly.Location,
            "trial",
            trial.Name,
            settings.Program,
            "--folder",
            folder,
            "--seed",
            settings.Seed.ToString(CultureInfo.InvariantCulture),
            .. settings.OperatorProgram is { } program ? new[] { "--operator", program } : [],
        ];
        return new ProcessStartInfo("unshare", words);
    }

    /// <summary>A disk that is still frozen would hold its writers, and with them the namespace, for ever.</summary>
    static async Task EndAsync(Process process, string folder)
    {
        foreach (var child in ChildrenOf(process.Id))
        {
            foreach (var mount in Directory.EnumerateDirectories(folder))
                Shell.Try("nsenter", "--target", child, "--mount", "fsfreeze", "-u", mount);
        }
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    static string[] ChildrenOf(int process)
    {
        var path = $"/proc/{process}/task/{process}/children";
        return File.Exists(path) ? File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    static Outcome ReadResult(Trial trial, string folder, TimeSpan took)
    {
        var path = Path.Combine(folder, TrialRun.ResultName);
        var outcome = File.Exists(path) ? Outcome.Parse(File.ReadAllText(path).TrimEnd('\n')) : null;
        return outcome
            ?? new Outcome(
                trial.Name,
                trial.Does,
                Outcome.Error,
                $"the trial ended without a result; {folder}/trial.log",
                took.TotalSeconds
            );
    }
}
