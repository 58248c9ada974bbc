namespace Broker.Replication;

/// <summary>The three roles of <see cref="ElectionRole"/>.</summary>
public enum ElectionRoleKind
{
    /// <summary>Neither master nor about to be.</summary>
    Follower,

    /// <summary>Sealed for an epoch, waiting to see its replacement of the Lease.</summary>
    Sealed,

    /// <summary>The group's one writer.</summary>
    Master,
}
