namespace Broker.Replication;

/// <summary>
/// Why a replica does not act; the sentence for people stands in <see cref="ElectionDecision.Wait"/>.
/// </summary>
public enum WaitReason
{
    /// <summary>A master with nothing to do before its next renewal.</summary>
    Serving,

    /// <summary>A master whose Lease is gone or unreadable goes on: nobody else can win without one.</summary>
    ServingWithoutLease,

    /// <summary>A master that does not renew because its log makes no progress: another may try.</summary>
    LogHangs,

    /// <summary>There is no Lease; the operator creates it.</summary>
    LeaseMissing,

    /// <summary>The Lease cannot be read; a person decides.</summary>
    LeaseDamaged,

    /// <summary>The Lease or the volume belongs to another group; a person decides.</summary>
    ForeignGroup,

    /// <summary>This store is not in the recorded set: its data is not, or no longer, the group's.</summary>
    NotMember,

    /// <summary>Acknowledged bytes may be missing here, and other members could have them.</summary>
    Unsure,

    /// <summary>Somebody else holds the Lease and has not been silent for long enough.</summary>
    HeldByAnother,
}
