namespace k8s.LeaderElection;

/// <summary>A record that several candidates can read and only one can replace at a time.</summary>
public interface ILock
{
    /// <summary>This candidate.</summary>
    string Identity { get; }

    /// <returns>Null when there is no record yet.</returns>
    Task<LeaderElectionRecord?> GetAsync(CancellationToken cancellationToken = default);

    /// <returns>False when somebody else was first; every other failure is thrown.</returns>
    Task<bool> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default);

    /// <summary>Replaces the record as <see cref="GetAsync"/> or the last write saw it.</summary>
    /// <returns>False when it changed or went away meanwhile; every other failure is thrown.</returns>
    Task<bool> UpdateAsync(LeaderElectionRecord record, CancellationToken cancellationToken = default);

    /// <summary>For logs.</summary>
    string Describe();
}
