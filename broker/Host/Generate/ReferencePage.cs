namespace Broker.Host.Generate;

/// <summary>One page of docs/reference.</summary>
/// <param name="File">Its name in that folder.</param>
/// <param name="WriteAsync">Its text, made from the code.</param>
public sealed record ReferencePage(string File, Func<Task<string>> WriteAsync)
{
    /// <summary>Every page that this program's code is the source of.</summary>
    public static IReadOnlyList<ReferencePage> All { get; } =
    [
        new("admin.md", AdminPage.WriteAsync),
        new("metrics.md", MetricsPage.WriteAsync),
        new("requests.md", RequestsPage.WriteAsync),
    ];
}
