using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>A pass over a Topic or Group, decided up to the kind's own status.</summary>
sealed record RemoteDecision<TSettings>
    where TSettings : struct
{
    public IReadOnlyList<RemoteChange<TSettings>> Changes { get; init; } = [];

    public FinalizerStep Finalizer { get; init; }

    public required TimeSpan WakeAfter { get; init; }

    /// <summary>The answer to Synced, and to Ready, if no change fails; null leaves the status as it is.</summary>
    public required Verdict? Verdict { get; init; }

    /// <summary>Nothing is changed, whatever differs.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>
    /// What the groups hold once the changes are made, or what they hold now if none are; null when it is not known of
    /// all.
    /// </summary>
    public IReadOnlyList<(string BrokerGroup, TSettings Settings)>? Holdings { get; init; }

    /// <summary>Events besides those of the conditions.</summary>
    public IReadOnlyList<PlannedEvent> Events { get; init; } = [];
}
