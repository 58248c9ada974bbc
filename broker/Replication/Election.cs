using System.Collections.Immutable;

namespace Broker.Replication;

/// <summary>
/// The election rules for a group of one replica: what to do, given the Lease as read, the own record and the clock
/// (replication.md §3.4, §3.5, §4). Pure. All other replicas of such a group "have answered", since there are none;
/// that is the only simplification against a larger group.
/// </summary>
public static class Election
{
    /// <summary>Between two renewals, so that five may fail before a lease of 15 s is in doubt.</summary>
    public static readonly TimeSpan RenewalPeriod = TimeSpan.FromSeconds(2);

    /// <summary>Decides the next step.</summary>
    public static ElectionDecision Decide(ElectionInput input) =>
        input.Role.Kind switch
        {
            ElectionRoleKind.Master => DecideAsMaster(input, input.Role.Epoch),
            ElectionRoleKind.Sealed when HasWon(input) => new ElectionDecision.Promote(input.Lease!.Set),
            _ => DecideAsFollower(input),
        };

    /// <summary>
    /// The Lease that a master leaves behind after its last flush: nobody holds it, everything else stays, so that its
    /// next self need not wait (replication.md §3.6). Null when the Lease is not this master's any more.
    /// </summary>
    public static LeaseState? Release(LeaseState lease, ReplicaRecord record, long epoch) =>
        lease.Problem is null && lease.IsHeldBy(record.Store) && lease.Set.Epoch == epoch
            ? lease with
            {
                Holder = "",
            }
            : null;

    /// <summary>
    /// Whether the Lease shows the replacement that this process sent: only it could have written this epoch, because
    /// a campaign never uses an epoch that was promised before.
    /// </summary>
    static bool HasWon(ElectionInput input) =>
        input.Lease is { Problem: null } lease
        && lease.IsHeldBy(input.Record.Store)
        && lease.Set.Epoch == input.Role.Epoch
        && lease.Group == input.Record.Group;

    static ElectionDecision DecideAsMaster(ElectionInput input, long epoch)
    {
        var record = input.Record;
        if (input.Lease is not { } lease)
            return new ElectionDecision.Wait(
                WaitReason.ServingWithoutLease,
                null,
                "serving without a Lease, which the operator will create"
            );
        if (lease.Problem is { } problem)
            return new ElectionDecision.Wait(
                WaitReason.ServingWithoutLease,
                null,
                $"serving with a Lease that cannot be read: {problem}; delete the Lease to have it written anew"
            );
        if (lease.Group is { } group && group != record.Group)
            return new ElectionDecision.StepDown($"the Lease belongs to group {group}, this store to {record.Group}");
        if (lease.Set.Epoch > epoch)
            return new ElectionDecision.StepDown($"the Lease has epoch {lease.Set.Epoch}, this master {epoch}");
        if (lease.Set.Epoch == epoch && lease.Holder.Length > 0 && !lease.IsHeldBy(record.Store))
            return new ElectionDecision.StepDown($"the Lease has another holder, {lease.Holder}");
        if (!input.LogMakesProgress)
            return new ElectionDecision.Wait(
                WaitReason.LogHangs,
                input.Now + RenewalPeriod,
                "the log makes no progress; the Lease is not renewed"
            );
        // A Lease that was emptied, lost or restored from a backup is filled at once. Every member of the possible
        // sets must first say that its promise is not higher (§4.6): the only member is this master.
        var asKnown = record.Known.Equals(lease.Set) && lease.IsHeldBy(record.Store);
        if (asKnown && input.Now < input.RenewalDue)
            return new ElectionDecision.Wait(WaitReason.Serving, input.RenewalDue, "serving");
        return new ElectionDecision.Renew(
            lease with
            {
                Holder = record.Store.Value,
                Group = record.Group,
                Set = lease.Set.IsNewerThan(record.Known) ? lease.Set : record.Known,
                DurationSeconds = LeaseState.DefaultDurationSeconds,
                IsNew = false,
                Override = lease.Override == record.Store ? null : lease.Override,
            }
        );
    }

    static ElectionDecision DecideAsFollower(ElectionInput input)
    {
        var record = input.Record;
        if (input.Lease is not { } lease)
            return new ElectionDecision.Wait(
                WaitReason.LeaseMissing,
                null,
                "waiting for the group's Lease, which the operator creates"
            );
        if (lease.Problem is { } problem)
            return new ElectionDecision.Wait(
                WaitReason.LeaseDamaged,
                null,
                $"the Lease cannot be read: {problem}; correct it, or delete it to have it created anew"
            );
        if (lease.Group is { } group && record.Group is { } own && group != own)
            return new ElectionDecision.Wait(
                WaitReason.ForeignGroup,
                null,
                $"the Lease belongs to group {group}, the volume of {input.Pod} to {own}: "
                    + "attach the right volume, or delete the Lease to go on with this one"
            );
        if (lease.Override == record.Store)
            return Take(input, lease, "a person named this store in the Lease");
        if (lease.IsEmpty)
            return Take(
                input,
                lease,
                input.Initialised
                    ? "the Lease was lost, and every replica of the group is here"
                    : "first start of the group"
            );
        return IsOlderThanKnown(lease, record)
            ? TakeWhenSilent(input, lease, "the Lease is older than this store's record, and every replica is here")
            : DecideAsMember(input, lease);
    }

    static ElectionDecision DecideAsMember(ElectionInput input, LeaseState lease)
    {
        var record = input.Record;
        if (!lease.Set.Contains(record.Store))
            return new ElectionDecision.Wait(
                WaitReason.NotMember,
                null,
                $"the group's data is on another volume: the Lease names {Describe(lease.Set.Members)}, the volume of "
                    + $"{input.Pod} is {record.Store}; bring the old volume back, or give its data up with "
                    + $"the annotation {LeaseAnnotations.Override}={record.Store} on the Lease"
            );
        var others = lease.Set.Members.RemoveAll(m => m.Store == record.Store);
        if (record.Unsure && !others.IsEmpty)
            return new ElectionDecision.Wait(
                WaitReason.Unsure,
                null,
                $"{input.Pod} may lack acknowledged messages after a power cut; it needs {Describe(others)}"
            );
        return TakeWhenSilent(
            input,
            lease,
            lease.IsHeldBy(record.Store) ? "the holder is this store's former self"
                : lease.Holder.Length == 0 ? "nobody holds the Lease"
                : $"holder {lease.Holder} has gone silent"
        );
    }

    /// <summary>
    /// A later record than the Lease's says that the Lease was lost and restored (replication.md §4.6).
    /// </summary>
    static bool IsOlderThanKnown(LeaseState lease, ReplicaRecord record) =>
        record.Group == lease.Group && record.Known.IsNewerThan(lease.Set);

    static ElectionDecision TakeWhenSilent(ElectionInput input, LeaseState lease, string why)
    {
        var free = lease.Holder.Length == 0 || lease.IsHeldBy(input.Record.Store);
        if (free || input.Silence.HasLasted(lease.DurationSeconds))
            return Take(input, lease, why);
        var until = input.Silence.Since + TimeSpan.FromSeconds(lease.DurationSeconds);
        return new ElectionDecision.Wait(
            WaitReason.HeldByAnother,
            until,
            $"{lease.Holder} holds the Lease; it counts as gone after {lease.DurationSeconds} s of silence"
        );
    }

    /// <summary>
    /// The epoch is above everything that the Lease shows and this store ever promised, so no epoch is used twice and
    /// an attempt of unknown outcome can be told from a later one.
    /// </summary>
    static ElectionDecision.Campaign Take(ElectionInput input, LeaseState lease, string why)
    {
        var record = input.Record;
        var epoch = Math.Max(Math.Max(lease.Set.Epoch, record.Known.Epoch), record.Promise) + 1;
        var version = Math.Max(lease.Set.Version, record.Known.Version) + 1;
        ImmutableArray<InSyncMember> self = [new(record.Store, input.Pod)];
        return new ElectionDecision.Campaign(
            epoch,
            lease with
            {
                Holder = record.Store.Value,
                DurationSeconds = LeaseState.DefaultDurationSeconds,
                Group = record.Group ?? lease.Group ?? input.Drawn,
                Set = new InSyncSet(epoch, version, self),
                IsNew = false,
                Override = null,
            },
            why
        );
    }

    static string Describe(ImmutableArray<InSyncMember> members) =>
        string.Join(", ", members.Take(10).Select(m => $"{m.Store} (pod {m.Pod})"));
}
