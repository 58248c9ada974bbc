using k8s.Models;
using Operator.Api.Instances;
using Operator.Plan.Instances.Children;

namespace Operator.Plan.Instances;

/// <summary>Pods that run an older template: those that people replace, and those that never worked.</summary>
/// <param name="Waiting">Names of pods that wait for somebody to delete them.</param>
/// <param name="Stuck">Pods that the operator replaces.</param>
sealed record OutdatedPods(IReadOnlyList<string> Waiting, IReadOnlyList<V1Pod> Stuck)
{
    /// <summary>No templates are known to compare with.</summary>
    public static readonly OutdatedPods None = new([], []);

    public static OutdatedPods Of(
        ChildList list,
        InstanceChildren children,
        InstanceModel model,
        bool overdue,
        DateTimeOffset now
    )
    {
        var waiting = new List<string>();
        var stuck = new List<V1Pod>();
        foreach (var set in list.StatefulSets)
        {
            var pods = children.Pods.Where(p => p.Metadata.DeletionTimestamp is null && set.Owns(p));
            foreach (var pod in pods.Where(set.IsOutdated))
            {
                if (!model.Spec.Paused && set.IsApplied && StuckPods.IsOne(pod, Fails(pod, set)))
                    stuck.Add(pod);
                else
                    waiting.Add(pod.Metadata.Name!);
            }
        }
        return new OutdatedPods(waiting, stuck);

        bool Fails(V1Pod pod, PlannedSet set)
        {
            var isNameServer = set.Set.Metadata.Name == model.Names.NameServers;
            var startup = isNameServer ? StartupBudget.Least : StartupBudget.OfVolume(model.VolumeSize);
            return PodJudge.Judge(pod.Metadata.Name!, pod, startup, overdue, now).Cause is not null;
        }
    }

    /// <summary>What a pod fails by may no longer be in the spec.</summary>
    public PodFact Temper(PodFact fact) =>
        Stuck.Any(p => p.Metadata.Name == fact.Name) ? new PodFact(fact.Name, ReplicaState.Starting)
        : fact.Cause is not null && Waiting.Contains(fact.Name)
            ? fact with
            {
                Detail = $"{fact.Detail}. It runs an older template: delete it to replace it",
            }
        : fact;
}
