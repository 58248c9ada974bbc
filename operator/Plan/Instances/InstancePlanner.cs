using Operator.Api;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Plan.Actions;
using Operator.Plan.Instances.Conditions;
using Operator.Plan.Remote;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances;

/// <summary>
/// Decides what to do about an instance from what was seen of it. A pure function: the same observation gives the
/// same plan,
/// and once a plan was carried out the next one holds no writes.
/// </summary>
public static class InstancePlanner
{
    /// <summary>Registration is seen only by asking, and people wait for it.</summary>
    static readonly TimeSpan WhileRegistering = TimeSpan.FromSeconds(1);

    /// <summary>Pods are watched; this is for what only a clock shows.</summary>
    static readonly TimeSpan WhileChanging = TimeSpan.FromSeconds(5);

    /// <summary>How soon something that was changed behind the watches' back is noticed.</summary>
    static readonly TimeSpan Steady = TimeSpan.FromSeconds(60);

    /// <summary>Plans one pass.</summary>
    public static InstancePlan Plan(InstanceObservation seen)
    {
        var instance = seen.Instance;
        var children = seen.Children.IsKnown ? seen.Children.Value.OwnedBy(instance.Metadata) : InstanceChildren.None;
        var violations = InstanceValidation.Violations(instance);
        var repair = violations.Count > 0 ? LastValidSpec.Read(instance) : null;
        var effective = repair ?? instance;
        var model = new InstanceModel(effective, seen.Settings, Groups(effective, children));
        if (instance.Metadata.DeletionTimestamp is not null)
        {
            var deletion = InstanceDeletion.Plan(seen);
            var going = new InstanceFacts
            {
                Model = model,
                Deleting = true,
                DeletionWaits = deletion.Waits,
            };
            return Finish(deletion.Actions, seen, children, going) with { Finalizer = deletion.Finalizer };
        }
        if (seen.NamespaceTerminating)
            return Finish([], seen, children, new InstanceFacts { Model = model, Deleting = true });
        var isUnknown = violations.Count > 0 && repair is null;
        return PlanLiving(seen, children, model, violations, isUnknown) with { Finalizer = Step(instance) };
    }

    /// <summary>
    /// While it is paused nothing is added: without a finalizer the volumes stay, which is the safe side.
    /// </summary>
    static FinalizerStep Step(RocketMQInstance instance) =>
        Finalizers.Step(instance.Metadata, instance.Spec.Brokers.Storage.DeletionPolicy, Management.Managed) switch
        {
            FinalizerStep.Add when instance.Spec.Paused => FinalizerStep.None,
            var step => step,
        };

    static InstancePlan PlanLiving(
        InstanceObservation seen,
        InstanceChildren children,
        InstanceModel model,
        IReadOnlyList<Violation> violations,
        bool isUnknown
    )
    {
        var instance = seen.Instance;
        // Also while the instance is paused or no spec is known: a reference acts without the operator.
        var release = Volumes.Release(instance.Metadata.Name!, children);
        if (isUnknown || Cause(seen) is not null)
        {
            // What runs goes on running, and is still reported.
            var shown = isUnknown
                ? InstanceFacts.Of(model, seen, children, list: null)
                : new InstanceFacts { Model = model };
            return Finish(
                release,
                seen,
                children,
                shown with
                {
                    Violations = violations,
                    Unseen = Cause(seen),
                    HasNoValidSpec = isUnknown,
                }
            );
        }
        var list = ChildList.Of(model, children);
        var facts = InstanceFacts.Of(model, seen, children, list) with { Violations = violations };
        list.Replace(facts.Stuck);
        return instance.Spec.Paused
            ? Finish(release, seen, children, facts with { Waiting = list.Actions.Count(a => a is not DisownChild) })
            : Finish(list.Actions, seen, children, facts);
    }

    /// <summary>The groups of the spec, and those beyond it whose StatefulSet exists: they may hold messages.</summary>
    static List<BrokerGroup> Groups(RocketMQInstance instance, InstanceChildren children)
    {
        var name = instance.Metadata.Name!;
        var wanted = Enumerable
            .Range(0, Math.Clamp(instance.Spec.Brokers.Groups, 0, InstanceModel.MostGroups))
            .Select(i => new BrokerGroup(name, i));
        var exist = children
            .StatefulSets.Select(s =>
                s.Metadata.Labels?.TryGetValue(Labels.Group, out var label) == true
                    ? BrokerGroup.FromLabel(name, label)
                    : null
            )
            .OfType<BrokerGroup>();
        return [.. wanted.Union(exist).OrderBy(g => g.Number)];
    }

    static string? Cause(InstanceObservation seen) => seen.Children.IsKnown ? null : seen.Children.Cause;

    static InstancePlan Finish(
        IReadOnlyList<PlannedAction> actions,
        InstanceObservation seen,
        InstanceChildren children,
        InstanceFacts facts
    ) => new(actions, Wake(facts), failures => Outcome(facts with { Failures = failures }, seen, children));

    static InstanceOutcome Outcome(InstanceFacts facts, InstanceObservation seen, InstanceChildren children)
    {
        var before = seen.Instance.Status;
        var (status, conditions) = InstanceStatusBuilder.Build(facts, seen, children);
        var events = InstanceEvents.Of(before, status, conditions);
        return new InstanceOutcome(StatusJson.Same(before, status) ? null : status, events);
    }

    static TimeSpan Wake(InstanceFacts facts)
    {
        if (facts.Unseen is not null || facts.Groups.Any(g => g.Unseen.Count > 0))
            return WhileChanging;
        if (ProgressingCondition.Registering(facts) is not null)
            return facts.Overdue ? WhileChanging : WhileRegistering;
        return facts.Pods.Any(p => !p.IsReady) ? WhileChanging : Steady;
    }
}
