using System.Text.RegularExpressions;

namespace Benchmarks.Answers;

/// <summary>
/// The differences that are meant, with the reason of each: lines <c>step | path | reason</c> in accepted.txt, where
/// <c>*</c> stands for anything.
/// </summary>
sealed class AcceptedDifferences(IReadOnlyList<(Regex Step, Regex Path, string Reason)> rules)
{
    public static AcceptedDifferences Read(string file) =>
        new([
            .. File.ReadLines(file)
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split('|', 3, StringSplitOptions.TrimEntries))
                .Select(parts => (Pattern(parts[0]), Pattern(parts[1]), parts[2])),
        ]);

    /// <summary>Why the two may differ there; null when they may not.</summary>
    public string? ReasonOf(string step, string path) =>
        rules.FirstOrDefault(rule => rule.Step.IsMatch(step) && rule.Path.IsMatch(path)).Reason;

    static Regex Pattern(string text) => new($"^{Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal)}$");
}
