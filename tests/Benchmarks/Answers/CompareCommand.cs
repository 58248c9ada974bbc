using System.CommandLine;

namespace Benchmarks.Answers;

/// <summary>
/// <c>compare-answers</c>: asks two brokers the same and prints where their answers differ. Both are brought into the
/// same state first: a topic with three messages, a group that is online and has read one of them.
/// </summary>
static class CompareCommand
{
    /// <summary>Longer values are cut in the report.</summary>
    const int ValueMax = 90;

    public static Command Create()
    {
        var reference = new Option<string>("--reference") { Description = "its broker", Required = true };
        var referenceNames = new Option<string>("--reference-name-server") { Required = true };
        var ours = new Option<string>("--ours") { Description = "our broker", Required = true };
        var ourNames = new Option<string>("--our-name-server") { Required = true };
        var accepted = new Option<string>("--accepted")
        {
            Description = "the file of accepted differences",
            DefaultValueFactory = _ => Path.Combine("tests", "Benchmarks", "Answers", "accepted.txt"),
        };
        var prefix = new Option<string>("--prefix")
        {
            Description = "begins the names of topics and groups; a new one for each run",
            DefaultValueFactory = _ => $"compare{Environment.ProcessId}",
        };
        var command = new Command("compare-answers", "Asks two brokers the same and prints where they differ.")
        {
            reference,
            referenceNames,
            ours,
            ourNames,
            accepted,
            prefix,
        };
        command.SetAction(async parsed =>
        {
            await using var theirs = await Side.ConnectAsync(
                parsed.GetValue(reference)!,
                parsed.GetValue(referenceNames)!
            );
            await using var own = await Side.ConnectAsync(parsed.GetValue(ours)!, parsed.GetValue(ourNames)!);
            var rules = AcceptedDifferences.Read(parsed.GetValue(accepted)!);
            return await RunAsync(theirs, own, Script.For(parsed.GetValue(prefix)!), rules);
        });
        return command;
    }

    static async Task<int> RunAsync(Side reference, Side ours, IReadOnlyList<Step> steps, AcceptedDifferences accepted)
    {
        var (equal, meant, wrong) = (0, 0, 0);
        Console.WriteLine("| request | where | reference | ours | accepted because |\n|---|---|---|---|---|");
        foreach (var step in steps)
        {
            var theirs = AnswerFacts.Of(step, await reference.AskAsync(step), reference.Address);
            var own = AnswerFacts.Of(step, await ours.AskAsync(step), ours.Address);
            var (before, beforeWrong) = (meant, wrong);
            foreach (var path in theirs.Keys.Union(own.Keys).Order(StringComparer.Ordinal))
            {
                var (left, right) = (theirs.GetValueOrDefault(path), own.GetValueOrDefault(path));
                if (left == right)
                    continue;
                var reason = accepted.ReasonOf(step.Name, path);
                (meant, wrong) = reason is null ? (meant, wrong + 1) : (meant + 1, wrong);
                Console.WriteLine($"| {step.Name} | {path} | {Cut(left)} | {Cut(right)} | {reason ?? "**no**"} |");
            }
            equal += (meant, wrong) == (before, beforeWrong) ? 1 : 0;
        }
        Console.WriteLine(
            $"\n{steps.Count} requests: {equal} answered alike, {meant} accepted differences, {wrong} others"
        );
        return wrong == 0 ? 0 : 1;
    }

    static string Cut(string? value) =>
        value is null ? "(absent)"
        : value.Length == 0 ? "(empty)"
        : (value.Length > ValueMax ? value[..ValueMax] + "..." : value).Replace("|", "\\|").Replace("\n", "\\n");
}
