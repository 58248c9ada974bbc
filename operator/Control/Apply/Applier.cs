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
sealed class Applier(IReadOnlyDictionary<Type, IChildKind> kinds, FailureBackoff backoff, ILogger logger)
{
    /// <summary>Does what can be done now.</summary>
    public async Task<ApplyOutcome> RunAsync(IReadOnlyList<PlannedAction> actions, CancellationToken cancellationToken)
    {
        var failures = new List<ActionFailure>();
        var writes = 0;
        TimeSpan? retry = null;
        var terminating = false;
        foreach (var action in actions)
        {
            var target = Target(action);
            var key = $"{target.Kind}/{target.Metadata.NamespaceProperty}/{target.Metadata.Name}";
            var wish = Wish(action);
            if (backoff.Held(key, wish) is { } held)
            {
                failures.Add(new ActionFailure(action.Child, held.Failure.IsRefusal, held.Failure.Message));
                retry = Earlier(retry, held.Remaining);
                continue;
            }
            try
            {
                writes++;
                await RunAsync(action, cancellationToken);
                backoff.Succeeded(key);
                ControlLog.Applied(logger, action.GetType().Name, action.Child, target.Metadata.NamespaceProperty);
            }
            catch (Exception e) when (ApiFailure.IsOne(e))
            {
                var failure = ApiFailure.Of(e);
                terminating |= ApiFailure.IsNamespaceTerminating(e);
                failures.Add(new ActionFailure(action.Child, failure.IsRefusal, failure.Message));
                var pause = backoff.Failed(key, wish, failure);
                retry = Earlier(retry, pause);
                ControlLog.NotApplied(logger, action.Child, target.Metadata.NamespaceProperty, failure.Message, pause);
            }
        }
        return new ApplyOutcome(writes, failures, retry, terminating);
    }

    async Task RunAsync(PlannedAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case ApplyChild apply:
                await ApplyAsync(apply, cancellationToken);
                break;
            case CreateChild create:
                await CreateAsync(create, cancellationToken);
                break;
            case DeleteChild delete:
                await KindOf(delete.Live).DeleteAsync(delete.Live, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"unknown action {action.GetType().Name}");
        }
    }

    async Task ApplyAsync(ApplyChild apply, CancellationToken cancellationToken)
    {
        try
        {
            await KindOf(apply.Desired).ApplyAsync(apply.Desired, cancellationToken);
        }
        catch (Exception e) when (apply.Alternative is not null && ApiFailure.IsInvalid(e))
        {
            await KindOf(apply.Alternative).ApplyAsync(apply.Alternative, cancellationToken);
        }
    }

    async Task CreateAsync(CreateChild create, CancellationToken cancellationToken)
    {
        try
        {
            await KindOf(create.Desired).CreateAsync(create.Desired, cancellationToken);
        }
        catch (Exception e) when (ApiFailure.IsAlreadyExists(e))
        {
            // A former attempt, or another process, was faster: it is there, which is what was wanted.
        }
    }

    IChildKind KindOf(IKubernetesObject<V1ObjectMeta> child) =>
        kinds.TryGetValue(child.GetType(), out var kind)
            ? kind
            : throw new InvalidOperationException($"{child.GetType().Name} is not a kind of child");

    static IKubernetesObject<V1ObjectMeta> Target(PlannedAction action) =>
        action switch
        {
            ApplyChild apply => apply.Desired,
            CreateChild create => create.Desired,
            DeleteChild delete => delete.Live,
            _ => throw new InvalidOperationException($"unknown action {action.GetType().Name}"),
        };

    /// <summary>
    /// What tells a new wish from the one that failed: the hash of an apply, the object of a delete.
    /// </summary>
    static string Wish(PlannedAction action) =>
        action switch
        {
            ApplyChild apply => apply.Desired.Metadata.Annotations?.TryGetValue(Labels.Applied, out var hash) == true
                ? hash
                : "apply",
            DeleteChild delete => $"delete {delete.Live.Metadata.Uid}",
            _ => "create",
        };

    static TimeSpan Earlier(TimeSpan? known, TimeSpan other) => known is { } k && k < other ? k : other;
}
