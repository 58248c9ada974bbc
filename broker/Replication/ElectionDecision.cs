namespace Broker.Replication;

/// <summary>What a replica has to do next. Closed: the nested records are all there are.</summary>
public abstract record ElectionDecision
{
    ElectionDecision() { }

    /// <summary>Do nothing until the Lease changes or the time has come.</summary>
    /// <param name="Reason">The kind of the wait, for metrics and tests.</param>
    /// <param name="Until">Monotonic time of the next look; null when only a change of the Lease can help.</param>
    /// <param name="Message">One sentence for people: what is missing, and who can give it.</param>
    public sealed record Wait(WaitReason Reason, TimeSpan? Until, string Message) : ElectionDecision;

    /// <summary>
    /// Write and sync <see cref="ReplicaRecord.Sealed"/>, then at once replace the Lease. When the write's outcome is
    /// unknown the role is <see cref="ElectionRole.Sealed"/> and the next read tells.
    /// </summary>
    /// <param name="Promise">The epoch to promise.</param>
    /// <param name="Replacement">The Lease to write, conditioned on the resourceVersion that was judged.</param>
    /// <param name="Why">One sentence for the log.</param>
    public sealed record Campaign(long Promise, LeaseState Replacement, string Why) : ElectionDecision;

    /// <summary>The Lease is ours in the sealed epoch: append to the epoch table, then serve.</summary>
    public sealed record Promote(InSyncSet Recorded) : ElectionDecision;

    /// <summary>Replace the Lease with a later renewal time; the caller sets it when it sends.</summary>
    /// <param name="Replacement">The Lease to write, conditioned on the resourceVersion that was judged.</param>
    public sealed record Renew(LeaseState Replacement) : ElectionDecision;

    /// <summary>
    /// Refuse sends, answer waiting ones with an error, close client connections, become a follower.
    /// </summary>
    public sealed record StepDown(string Why) : ElectionDecision;
}
