using Hostile.Trials;

namespace Hostile;

/// <summary>Every trial, in the order in which they run.</summary>
static class AllTrials
{
    /// <summary>The trials of these names, or with one of them in their names; all without names.</summary>
    public static IReadOnlyList<Trial> Named(IReadOnlyList<string> names) =>
        [.. List.Where(trial => names.Count == 0 || names.Any(name => IsMeant(trial, name)))];

    static bool IsMeant(Trial trial, string name) =>
        trial.Name == name
        || (trial.Name.Contains(name, StringComparison.Ordinal) && List.All(other => other.Name != name));

    public static IReadOnlyList<Trial> List { get; } =
    [
        .. Kills.All,
        .. Freezes.All,
        .. FullDisks.All,
        .. FaultyDisks.All,
        .. StalledDisks.All,
        .. FailingDisks.All,
        .. Limits.All,
        .. Clocks.All,
        .. Damage.All,
        .. StateFiles.All,
        .. Connections.All,
        .. Frames.All,
        .. Overreach.All,
        .. Retention.All,
        .. Groups.All,
        .. Floods.All,
        .. NameServers.All,
        .. Combinations.All,
        .. ApiCalls.All,
        .. HostileObjects.All,
    ];
}
