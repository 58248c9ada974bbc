namespace Hostile.Runs;

/// <summary>How a trial ended, in one line of the table.</summary>
sealed record Outcome(string Name, string Does, string Result, string Figures, double Seconds)
{
    public const string Holds = "holds";
    public const string Broken = "BROKEN";
    public const string Skipped = "skipped";

    /// <summary>The trial itself went wrong, not the product: that needs a look, too.</summary>
    public const string Error = "ERROR";

    public bool IsFailure => Result is Broken or Error;

    public string ToLine() => string.Join('\t', new[] { Name, Does, Result, Figures, $"{Seconds:F0}" }.Select(OneLine));

    public static Outcome? Parse(string line) =>
        line.Split('\t') is [var name, var does, var result, var figures, var seconds]
            ? new Outcome(name, does, result, figures, double.Parse(seconds))
            : null;

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');
}
