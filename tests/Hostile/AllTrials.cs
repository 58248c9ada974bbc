using Hostile.Trials;

namespace Hostile;

/// <summary>Every trial, in the order in which they run.</summary>
static class AllTrials
{
    public static IReadOnlyList<Trial> List { get; } =
    [.. Kills.All, .. Freezes.All, .. FullDisks.All, .. FaultyDisks.All];
}
