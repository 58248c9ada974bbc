using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Plan;
using Operator.Plan.Actions;

namespace Operator.Control.Apply;

/// <summary>
/// Carries out the writes of a plan in their order. One that fails does not stop the others: it is reported, and held
/// back until its time has come or the wish has changed.
/// </summary>
sealed class Applier(
    IReadOnlyDictionary<Type, IChildKind> kinds,
    FailureBackoff backoff,
    TrimPauses pauses,
    ILogger logger
)
{
    /// <summary>
    /// A Service that was deleted may leave its address taken for a moment: so many attempts ask for the same again,
    /// some 15 seconds, before another address does.
    /// </summary>
    const int AttemptsForAddress = 5;

    /// <summary>Does what can be done now.</summary>
    public async Task<ApplyOutcome> RunAsync(IReadOnlyList<PlannedAction> actions, CancellationToken cancellationToken)
    {
        var failures = new List<ActionFailure>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var writes = 0;
        TimeSpan? retry = null;
        var terminating = false;
        foreach (var action in actions)
        {
            if (action.Needs.Any(taken.Contains))
                continue; // it would use what is somebody else's; the cause is among the failures
            var target = Target(action);
            var (key, wish) = (Key(action), Wish(action));
            if (action is TrimChild && pauses.Remaining(key, wish) is { } wait)
            {
                retry = Earlier(retry, wait);
                continue;
            }
            if (backoff.Held(key, wish) is { } held)
            {
                Failed(held.Failure, held.Remaining);
                continue;
            }
            writes++;
            var (failure, isTerminating) = await TryAsync(action, backoff.Last(key, wish), cancellationToken);
            terminating |= isTerminating;
            if (failure is { } failed)
            {
                var pause = backoff.Failed(key, wish, failed);
                Failed(failed, pause);
                ControlLog.NotApplied(logger, action.Child, target.Metadata.NamespaceProperty, failed.Message, pause);
                continue;
            }
            backoff.Succeeded(key);
            ControlLog.Applied(logger, action.GetType().Name, action.Child, target.Metadata.NamespaceProperty);

            void Failed(ApiFailure failure, TimeSpan pause)
            {
                if (!failure.IsStale)
                    failures.Add(new ActionFailure(action.Child, failure.IsRefusal, failure.Message, failure.IsTaken));
                if (failure.IsTaken)
                    taken.Add(action.Child);
                retry = Earlier(retry, pause);
            }
        }
        return new ApplyOutcome(writes, failures, retry, terminating);
    }

    /// <summary>One attempt; its failure, and whether the namespace is on its way out.</summary>
    async Task<(ApiFailure? Failure, bool IsTerminating)> TryAsync(
        PlannedAction action,
        (int Attempts, ApiFailure Failure)? last,
        CancellationToken cancellationToken
    )
    {
        // The same address may be free in a moment: nobody has to act before it is given up.
        var passes = action is ApplyChild { Alternative: not null, Desired: V1Service } && !IsLast(last);
        try
        {
            var failure = await RunAsync(action, last, cancellationToken);
            return (passes && failure is { IsTaken: false } f ? f with { IsRefusal = false } : failure, false);
        }
        catch (Exception e) when (ApiFailure.IsOne(e))
        {
            var failure = ApiFailure.Of(e) with
            {
                Exists = last?.Failure.Exists == true,
                IsStale = action is TrimChild or DeleteChild { OnlyThisVersion: true } && ApiFailure.IsConflict(e),
            };
            return (passes ? failure with { IsRefusal = false } : failure, ApiFailure.IsNamespaceTerminating(e));
        }
    }

    static bool IsLast((int Attempts, ApiFailure Failure)? last) => last?.Attempts >= AttemptsForAddress - 1;

    async Task<ApiFailure?> RunAsync(
        PlannedAction action,
        (int Attempts, ApiFailure Failure)? last,
        CancellationToken cancellationToken
    )
    {
        var exists = last?.Failure.Exists == true;
        switch (action)
        {
            case ApplyChild apply when UidOf(apply) is { } uid:
                await KindOf(apply.Desired).ApplyAsync(apply.Desired, uid, cancellationToken);
                return null;
            case ApplyChild apply:
                return await Newcomers.MakeAsync(
                    KindOf(apply.Desired),
                    apply.Desired,
                    apply.Desired is not V1Service || IsLast(last) ? apply.Alternative : null,
                    exists,
                    cancellationToken
                );
            case CreateChild create:
                return await Newcomers.CreateAsync(
                    KindOf(create.Desired),
                    create.Desired,
                    exists || create.Exists,
                    cancellationToken
                );
            case TrimChild trim:
                var pointers = trim.Fields.Select(field => field.Key);
                var changed = await KindOf(trim.Live).TrimAsync(trim.Live, pointers, cancellationToken);
                pauses.Trimmed(Key(trim), Wish(trim), changed);
                return null;
            case DisownChild disown:
                await KindOf(disown.Live).DisownAsync(disown.Live, disown.Kept, cancellationToken);
                return null;
            case DeleteChild delete:
                await KindOf(delete.Live).DeleteAsync(delete.Live, delete.OnlyThisVersion, cancellationToken);
                return null;
            default:
                throw new InvalidOperationException($"unknown action {action.GetType().Name}");
        }
    }

    IChildKind KindOf(IKubernetesObject<V1ObjectMeta> child) =>
        kinds.TryGetValue(child.GetType(), out var kind)
            ? kind
            : throw new InvalidOperationException($"{child.GetType().Name} is not a kind of child");

    /// <summary>What fails and succeeds by itself: a removal is not the apply of the same object.</summary>
    static string Key(PlannedAction action)
    {
        var target = Target(action);
        var key = $"{target.Kind}/{target.Metadata.NamespaceProperty}/{target.Metadata.Name}";
        return action is TrimChild ? $"trim {key}" : key;
    }

    static IKubernetesObject<V1ObjectMeta> Target(PlannedAction action) =>
        action switch
        {
            ApplyChild apply => apply.Desired,
            CreateChild create => create.Desired,
            DeleteChild delete => delete.Live,
            DisownChild disown => disown.Live,
            TrimChild trim => trim.Live,
            _ => throw new InvalidOperationException($"unknown action {action.GetType().Name}"),
        };

    /// <summary>
    /// What tells a new wish from the one that failed: the hash of an apply, the object of a delete. To make an object
    /// is another wish than to change it: one that was deleted must not wait for a change that was refused.
    /// </summary>
    static string Wish(PlannedAction action) =>
        action switch
        {
            ApplyChild apply => (UidOf(apply) is null ? "new " : "") + HashOf(apply.Desired),
            DeleteChild delete => $"delete {delete.Live.Metadata.Uid}",
            TrimChild trim => string.Join('\n', trim.Fields.Select(field => $"{field.Key}={field.Value}")),
            DisownChild disown => $"disown {disown.Live.Metadata.Uid}",
            _ => "create",
        };

    static string? UidOf(ApplyChild apply) => apply.Uid ?? apply.Desired.Metadata.Uid;

    static string HashOf(IKubernetesObject<V1ObjectMeta> desired) =>
        desired.Metadata.Annotations?.TryGetValue(Labels.Applied, out var hash) == true ? hash : "apply";

    static TimeSpan Earlier(TimeSpan? known, TimeSpan other) => known is { } k && k < other ? k : other;
}
