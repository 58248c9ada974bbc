namespace Broker.Replication;

/// <summary>What a replica is at the moment, as far as the election is concerned.</summary>
/// <param name="Kind">The role.</param>
/// <param name="Epoch">The epoch sealed for, or served in; 0 for a follower.</param>
public readonly record struct ElectionRole(ElectionRoleKind Kind, long Epoch)
{
    /// <summary>Neither master nor about to be.</summary>
    public static ElectionRole Follower => new(ElectionRoleKind.Follower, 0);

    /// <summary>Has promised the epoch and sent a replacement of the Lease whose outcome it may not know.</summary>
    public static ElectionRole Sealed(long epoch) => new(ElectionRoleKind.Sealed, epoch);

    /// <summary>Serves in the epoch.</summary>
    public static ElectionRole Master(long epoch) => new(ElectionRoleKind.Master, epoch);
}
