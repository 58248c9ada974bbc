using Hostile.Trials;

namespace Hostile;

/// <summary>Every trial, in the order in which they run.</summary>
static class AllTrials
{
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
