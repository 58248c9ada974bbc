using System.Diagnostics;
using System.Net.Sockets;
using Broker.Protocol;

namespace Hostile.Runs;

/// <summary>The inside of a trial's process: carries it out and writes its line.</summary>
static class TrialRun
{
    public const string ResultName = "result.tsv";

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(
        Trial trial,
        string program,
        string? operatorProgram,
        string folder,
        int seed
    )
    {
        using var log = new StreamWriter(Path.Combine(folder, "trial.log")) { AutoFlush = true };
        Console.SetOut(log);
        Console.SetError(log);
        Shell.Run("ip", "link", "set", "lo", "up");
        using var limit = new CancellationTokenSource(Limit);
        var clock = Stopwatch.StartNew();
        var outcome = await CarryOutAsync(trial, program, operatorProgram, folder, seed, clock, limit.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, ResultName), outcome.ToLine() + "\n", CancellationToken.None);
        return outcome.IsFailure ? 1 : 0;
    }

    static async Task<Outcome> CarryOutAsync(
        Trial trial,
        string program,
        string? operatorProgram,
        string folder,
        int seed,
        Stopwatch clock,
        CancellationToken limit
    )
    {
        await using var scene = new Scene(folder, program, operatorProgram, seed, limit);
        scene.Say($"{trial.Name}, seed {seed}: {trial.Does}; {trial.Holds}");
        try
        {
            // Its own task, so that a body that never looks at the limit is left alone.
            await Task.Run(() => trial.Body(scene), limit).WaitAsync(limit);
            return Result(Outcome.Holds, scene.Figures);
        }
        catch (SkippedException reason)
        {
            return Result(Outcome.Skipped, reason.Message);
        }
        catch (BrokenException reason)
        {
            scene.Say(reason.ToString());
            return Result(Outcome.Broken, Join(reason.Message, scene.Figures));
        }
        catch (OperationCanceledException reason) when (limit.IsCancellationRequested)
        {
            scene.Say(reason.ToString());
            return Result(Outcome.Broken, Join($"not done after {Limit.TotalMinutes} minutes", scene.Figures));
        }
        catch (Exception reason) when (IsOfClient(reason))
        {
            // An honest client was cut, refused or kept waiting where the trial does not expect it.
            scene.Say(reason.ToString());
            return Result(Outcome.Broken, Join($"an honest client failed: {reason.Message}", scene.Figures));
        }
        catch (Exception reason)
        {
            scene.Say(reason.ToString());
            return Result(Outcome.Error, Join($"{reason.GetType().Name}: {reason.Message}", scene.Figures));
        }

        Outcome Result(string result, string figures) =>
            new(trial.Name, trial.Does, result, figures, clock.Elapsed.TotalSeconds);
    }

    static bool IsOfClient(Exception reason) =>
        reason is TimeoutException or RefusedException or SocketException || reason.GetType() == typeof(IOException);

    static string Join(string reason, string figures) => figures.Length == 0 ? reason : $"{reason}; {figures}";
}
