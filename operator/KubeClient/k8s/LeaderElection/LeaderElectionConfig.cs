namespace k8s.LeaderElection;

/// <summary>
/// The times of an election. A leader keeps its lock while every call takes up to 5 s: then a renewal is sent every 5 s
/// and answered after another 5 s, which the deadline leaves room for.
/// </summary>
public sealed class LeaderElectionConfig(ILock @lock)
{
    public ILock Lock { get; } = @lock;

    /// <summary>Others wait so long after the last change that they saw before they take over.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A leader that has not renewed for so long stops leading: well before others may begin.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>Between two tries to take or renew.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);
}
