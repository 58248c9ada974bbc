using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>
/// Decides what to do about a Topic or Group: whether it may be carried out at all, then what differs between the
/// brokers and
/// the spec.
/// </summary>
static class RemoteRules
{
    /// <summary>
    /// A person should learn before long that a deletion hangs, and not of every restart of a broker.
    /// </summary>
    static readonly TimeSpan DeletionPatience = TimeSpan.FromMinutes(10);

    /// <summary>How soon a change at a broker is noticed; one read serves all topics of an instance.</summary>
    static readonly TimeSpan Steady = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static RemoteDecision<TSettings> Decide<TEntity, TSettings>(
        RemoteSubject<TSettings> subject,
        RemoteObservation<TEntity, TSettings> seen
    )
        where TSettings : struct =>
        subject.Metadata.DeletionTimestamp is null ? Keep(subject, seen) : Delete(subject, seen);

    static RemoteDecision<TSettings> Keep<TEntity, TSettings>(
        RemoteSubject<TSettings> subject,
        RemoteObservation<TEntity, TSettings> seen
    )
        where TSettings : struct
    {
        var step = Finalizers.Step(subject.Metadata, subject.DeletionPolicy, subject.Management);
        if (Obstacle(subject, seen) is { } obstacle)
        {
            return new RemoteDecision<TSettings>
            {
                // What was created before the obstacle still has to be deleted with the resource.
                Finalizer = step == FinalizerStep.Add ? FinalizerStep.None : step,
                Verdict = obstacle.Reason == Reason.NotObserved ? Unseen(subject, obstacle) : obstacle,
                WakeAfter = obstacle.Reason is Reason.InstanceNotFound or Reason.NotObserved ? Soon : Steady,
            };
        }
        var instance = seen.Instance.Value.Found!;
        var (changes, holdings, held, shortfalls) = Compare(subject, seen);
        var silent = seen.Masters.Where(m => !m.Holds.IsKnown).ToList();
        var verdict = Verdict(subject, instance, changes, held, shortfalls, silent, seen.Masters.Count);
        var frozen = subject.Management == Management.ObserveOnly || instance.Spec.Paused;
        return new RemoteDecision<TSettings>
        {
            Changes = frozen ? [] : changes,
            Finalizer = frozen && step == FinalizerStep.Add ? FinalizerStep.None : step,
            Verdict = verdict,
            Holdings =
                silent.Count > 0 || seen.Masters.Count == 0 ? null
                : frozen ? held
                : holdings,
            IsFrozen = frozen,
            WakeAfter = silent.Count > 0 || seen.Masters.Count == 0 ? Soon : Steady,
            Events = frozen ? [] : Repairs(subject, changes),
        };
    }

    /// <summary>What keeps the resource from being carried out whatever the brokers hold; null for nothing.</summary>
    static Verdict? Obstacle<TEntity, TSettings>(
        RemoteSubject<TSettings> subject,
        RemoteObservation<TEntity, TSettings> seen
    )
        where TSettings : struct
    {
        if (subject.Violations.Count > 0)
            return Statuses.Verdict.False(Reason.InvalidSpec, string.Join("; ", subject.Violations));
        var own = subject.Metadata.NamespaceProperty!;
        var (name, where) = (subject.Reference.Name, subject.Reference.Namespace ?? own);
        if (!seen.Instance.IsKnown)
            return Statuses.Verdict.Unknown(
                Reason.NotObserved,
                $"RocketMQInstance {name} was not seen: {seen.Instance.Cause}"
            );
        if (seen.Instance.Value.Found is not { } instance || instance.Metadata.DeletionTimestamp is not null)
        {
            return Statuses.Verdict.False(
                Reason.InstanceNotFound,
                $"There is no RocketMQInstance {name} in namespace {where}: create it, or correct spec.instanceRef"
            );
        }
        if (!instance.Spec.Access.Allows(own, where))
        {
            return Statuses.Verdict.False(
                Reason.NamespaceNotAllowed,
                $"RocketMQInstance {name} does not admit namespace {own}: add it to spec.access.allowedNamespaces there"
            );
        }
        if (subject.IsReserved(instance))
        {
            return Statuses.Verdict.False(
                Reason.ReservedName,
                $"Brokers of {name} use the name {subject.RealName} themselves: choose another {subject.Word}Name"
            );
        }
        if (seen.Claims.Winner(subject.RealName, subject.Metadata.Uid!) is { } winner)
        {
            return Statuses.Verdict.False(
                Reason.Conflict,
                $"{subject.Kind} {winner.Namespace}/{winner.Name} is older and claims {subject.Word} "
                    + $"{subject.RealName} too: delete one of the two"
            );
        }
        return OverLimit(subject, seen, instance);
    }

    static Verdict? OverLimit<TEntity, TSettings>(
        RemoteSubject<TSettings> subject,
        RemoteObservation<TEntity, TSettings> seen,
        RocketMQInstance instance
    )
        where TSettings : struct
    {
        if (subject.Limit(instance) is not { } limit || subject.Management == Management.ObserveOnly)
            return null;
        var exists = seen.Masters.Any(m => !m.Holds.IsKnown || m.Holds.Value.ContainsKey(subject.RealName));
        if (exists || seen.Claims.NamesBefore(subject.Metadata.Uid!) is not { } others || others < limit)
            return null;
        return Statuses.Verdict.False(
            Reason.LimitReached,
            $"RocketMQInstance {instance.Metadata.Name} admits {limit} {subject.Word}s: raise its "
                + $"spec.limits.{subject.Word}s, or delete one"
        );
    }

    static (
        List<RemoteChange<TSettings>> Changes,
        List<(string BrokerGroup, TSettings Settings)> Holdings,
        List<(string BrokerGroup, TSettings Settings)> Held,
        List<string> Shortfalls
    ) Compare<TEntity, TSettings>(RemoteSubject<TSettings> subject, RemoteObservation<TEntity, TSettings> seen)
        where TSettings : struct
    {
        var changes = new List<RemoteChange<TSettings>>();
        var holdings = new List<(string, TSettings)>();
        var holds = new List<(string, TSettings)>();
        var shortfalls = new List<string>();
        for (var i = 0; i < seen.Masters.Count; i++)
        {
            var master = seen.Masters[i];
            if (!master.Holds.IsKnown)
                continue;
            TSettings? has = master.Holds.Value.TryGetValue(subject.RealName, out var held) ? held : null;
            if (has is { } settings)
                holds.Add((master.BrokerGroup, settings));
            var wish = subject.Wish(i, has);
            if (wish.Shortfall is { } shortfall)
                shortfalls.Add($"{master.BrokerGroup} {shortfall}");
            if (wish.Settings is not { } wanted)
                continue;
            holdings.Add((master.BrokerGroup, wanted));
            if (has is null || !EqualityComparer<TSettings>.Default.Equals(has.Value, wanted))
                changes.Add(new RemoteChange<TSettings>(master.BrokerGroup, subject.RealName, wanted));
        }
        return (changes, holdings, holds, shortfalls);
    }

    static Verdict? Verdict<TSettings>(
        RemoteSubject<TSettings> subject,
        RocketMQInstance instance,
        List<RemoteChange<TSettings>> changes,
        List<(string BrokerGroup, TSettings Settings)> held,
        List<string> shortfalls,
        List<MasterView<TSettings>> silent,
        int masters
    )
        where TSettings : struct
    {
        var groups = Sentence.Names(changes.Select(c => c.BrokerGroup));
        if (changes.Count > 0 && subject.Management == Management.ObserveOnly)
        {
            var differences = changes.Select(c => $"{c.BrokerGroup} has {Difference(subject, held, c)}");
            return Statuses.Verdict.False(
                Reason.Differs,
                $"{string.Join("; ", differences)}. Management is ObserveOnly, so nothing is changed"
            );
        }
        if (changes.Count > 0 && instance.Spec.Paused)
            return Statuses.Verdict.False(
                Reason.PausedBySpec,
                $"Changes of {groups} wait until spec.paused of {instance.Metadata.Name} is false"
            );
        if (masters == 0 || silent.Count > 0)
        {
            var names = silent.Count == 0 ? instance.Metadata.Name : Sentence.Names(silent.Select(m => m.BrokerGroup));
            return Unseen(subject, Statuses.Verdict.False(Reason.InstanceNotReady, $"Waiting for a master of {names}"));
        }
        return shortfalls.Count > 0
            ? Statuses.Verdict.False(Reason.FewerQueues, string.Join("; ", shortfalls))
            : Statuses.Verdict.True(
                Reason.AsExpected,
                $"The {subject.Word} is as spec says on {Sentence.Count(masters, "broker group")}"
            );
    }

    static string Difference<TSettings>(
        RemoteSubject<TSettings> subject,
        List<(string BrokerGroup, TSettings Settings)> held,
        RemoteChange<TSettings> change
    )
        where TSettings : struct
    {
        foreach (var (group, settings) in held)
        {
            if (group == change.BrokerGroup)
                return string.Join(", ", subject.Differences(settings, change.Settings!.Value));
        }
        return $"no such {subject.Word}";
    }

    /// <summary>
    /// A resource that was seen as it should be stays so while brokers are away: the instance says that they are, and
    /// ten
    /// thousand topics would each write the same.
    /// </summary>
    static Verdict? Unseen<TSettings>(RemoteSubject<TSettings> subject, Verdict otherwise)
        where TSettings : struct =>
        subject.Before?.FirstOrDefault(c => c.Type == nameof(ConditionType.Synced)) is { Status: "True" } synced
        && synced.ObservedGeneration == subject.Metadata.Generation
            ? null
            : otherwise;

    static List<PlannedEvent> Repairs<TSettings>(
        RemoteSubject<TSettings> subject,
        List<RemoteChange<TSettings>> changes
    )
        where TSettings : struct
    {
        var synced = subject.Before?.FirstOrDefault(c => c.Type == nameof(ConditionType.Synced));
        if (
            changes.Count == 0
            || synced is not { Status: "True" }
            || synced.ObservedGeneration != subject.Metadata.Generation
        )
            return [];
        var groups = Sentence.Names(changes.Select(c => c.BrokerGroup));
        return
        [
            new PlannedEvent(
                false,
                Reason.DriftRepaired,
                $"{subject.Word} {subject.RealName} was not as spec says on {groups} and was set again"
            ),
        ];
    }

    static RemoteDecision<TSettings> Delete<TEntity, TSettings>(
        RemoteSubject<TSettings> subject,
        RemoteObservation<TEntity, TSettings> seen
    )
        where TSettings : struct
    {
        if (!Finalizers.Has(subject.Metadata))
            return new RemoteDecision<TSettings> { Verdict = null, WakeAfter = Steady };
        if (subject.DeletionPolicy == DeletionPolicy.Retain || subject.Management == Management.ObserveOnly)
            return Release<TSettings>(null);
        if (Obstacle(subject, seen) is { Reason: not (Reason.NotObserved or Reason.LimitReached) } obstacle)
            return Release<TSettings>($"{subject.Word} {subject.RealName} was left alone: {obstacle.Message}");
        if (seen.Claims.Heir(subject.RealName, subject.Metadata.Uid!) is { } heir)
            return Release<TSettings>(
                $"{subject.Word} {subject.RealName} was left alone: "
                    + $"{subject.Kind} {heir.Namespace}/{heir.Name} claims it too"
            );
        if (seen.Instance is { IsKnown: true, Value.Found.Spec.Paused: true })
            return Wait<TSettings>(
                [],
                Statuses.Verdict.False(Reason.PausedBySpec, "Deletion waits until spec.paused of the instance is false")
            );
        var changes = seen
            .Masters.Where(m => m.Holds.IsKnown && m.Holds.Value.ContainsKey(subject.RealName))
            .Select(m => new RemoteChange<TSettings>(m.BrokerGroup, subject.RealName, null))
            .ToList();
        var silent = seen.Masters.Where(m => !m.Holds.IsKnown).Select(m => m.BrokerGroup).ToList();
        if (seen.Instance.IsKnown && seen.Masters.Count > 0 && silent.Count == 0)
        {
            var done = Statuses.Verdict.False(Reason.Deleting, $"{subject.Word} {subject.RealName} is being deleted");
            return Wait(changes, done) with { Finalizer = FinalizerStep.Remove };
        }
        var late = seen.Now.UtcDateTime - subject.Metadata.DeletionTimestamp!.Value > DeletionPatience;
        var names = silent.Count == 0 ? subject.Reference.Name : Sentence.Names(silent);
        return Wait(
            changes,
            late
                ? Statuses.Verdict.False(
                    Reason.DeletionBlocked,
                    $"{names} has not answered for ten minutes: set spec.deletionPolicy to Retain to let this "
                        + "resource go"
                )
                : Statuses.Verdict.False(
                    Reason.Deleting,
                    $"Waiting for a master of {names} to delete {subject.Word} {subject.RealName}"
                )
        );
    }

    static RemoteDecision<TSettings> Release<TSettings>(string? why)
        where TSettings : struct =>
        new()
        {
            Verdict = null,
            Finalizer = FinalizerStep.Remove,
            WakeAfter = Steady,
            Events = why is null ? [] : [new PlannedEvent(false, Reason.Released, why)],
        };

    static RemoteDecision<TSettings> Wait<TSettings>(IReadOnlyList<RemoteChange<TSettings>> changes, Verdict verdict)
        where TSettings : struct =>
        new()
        {
            Changes = changes,
            Verdict = verdict,
            WakeAfter = Soon,
        };
}
