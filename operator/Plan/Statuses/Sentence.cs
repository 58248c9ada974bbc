namespace Operator.Plan.Statuses;

/// <summary>Keeps messages short enough to read and to store.</summary>
static class Sentence
{
    /// <summary>The bound of a condition's message in the schema.</summary>
    public const int Maximum = 1024;

    /// <summary>A list longer than this is not read to its end.</summary>
    const int MostNames = 10;

    /// <summary>The message, cut where it is too long.</summary>
    public static string Bounded(string message) =>
        message.Length <= Maximum ? message : string.Concat(message.AsSpan(0, Maximum - 4), " ...");

    /// <summary>A number of things: 1 broker, 2 brokers.</summary>
    public static string Count(int number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";

    /// <summary>Names with commas; beyond ten only their number.</summary>
    public static string Names(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count <= MostNames
            ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(MostNames))} and {all.Count - MostNames} more";
    }
}
