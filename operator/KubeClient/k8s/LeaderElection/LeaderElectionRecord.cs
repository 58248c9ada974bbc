namespace k8s.LeaderElection;

/// <summary>What a lock says about its holder.</summary>
public sealed record LeaderElectionRecord
{
    /// <summary>Empty when the holder gave it up.</summary>
    public string? HolderIdentity { get; set; }

    public int LeaseDurationSeconds { get; set; }

    public DateTime? AcquireTime { get; set; }

    public DateTime? RenewTime { get; set; }

    /// <summary>How often the holder changed.</summary>
    public int LeaderTransitions { get; set; }
}
