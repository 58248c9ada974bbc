namespace Hostile.Runs;

/// <summary>Trials one after the other, each with its line in the table.</summary>
static class Run
{
    public static async Task<int> RunAsync(
        IReadOnlyList<Trial> trials,
        RunFolder folder,
        RunSettings settings,
        CancellationToken interrupted
    )
    {
        var known = folder.Read().ToDictionary(o => o.Name);
        var outcomes = new List<Outcome>();
        Console.WriteLine($"seed {settings.Seed}, state and what fails in {folder.Path}");
        Console.WriteLine($"{"#", 3}  {"trial", -34} {"result", -8} {"s", 4}  what was done: figures");
        var process = new TrialProcess(settings, folder);
        for (var number = 1; number <= trials.Count; number++)
        {
            var trial = trials[number - 1];
            if (!known.TryGetValue(trial.Name, out var outcome))
            {
                folder.MustHaveRoom();
                outcome = await process.RunAsync(trial, interrupted);
                folder.Add(outcome);
            }
            outcomes.Add(outcome);
            Console.WriteLine(
                $"{number, 3}  {outcome.Name, -34} {outcome.Result, -8} {outcome.Seconds, 4:F0}  "
                    + $"{outcome.Does}: {outcome.Figures}"
            );
        }
        int Count(string result) => outcomes.Count(o => o.Result == result);
        Console.WriteLine(
            $"{Count(Outcome.Holds)} hold, {Count(Outcome.Broken)} broken, {Count(Outcome.Error)} in error, "
                + $"{Count(Outcome.Skipped)} skipped"
        );
        return outcomes.Exists(o => o.IsFailure) ? 1 : 0;
    }
}
