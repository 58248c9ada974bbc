using k8s.Models;
using Operator.Api.Instances;
using Operator.Control.Instances;
using Operator.Control.Observe;
using Operator.Plan;
using Operator.Plan.Instances;

namespace Operator.Control.Catalogues;

/// <summary>The masters of an instance's broker groups, in the order of the groups.</summary>
static class Masters
{
    /// <summary>How soon a master that was not there is looked for again; its pod's watch is mostly faster.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>
    /// One entry for each group that the spec asks for or that exists; a group without a master that answers is in it
    /// too, so that nothing counts as carried out on all groups while one of them was not told.
    /// </summary>
    public static IReadOnlyList<Master> Of(RocketMQInstance instance, InstanceChildren children)
    {
        var name = instance.Metadata.Name!;
        var known = GroupMasters.Of(children).ToDictionary(m => m.Group, m => m.Pod);
        var wanted = Enumerable.Range(0, instance.Spec.Brokers.Groups).Select(i => new BrokerGroup(name, i));
        var exist = children.Leases.Select(l => BrokerGroup.FromLabel(name, GroupLabel(l))).OfType<BrokerGroup>();
        return
        [
            .. wanted
                .Union(exist)
                .OrderBy(g => g.Number)
                .Select(g =>
                    known.TryGetValue(g.Name, out var pod)
                        ? Of(g, pod)
                        : new Master(g.Name, "", "", null, $"{g.Name} has no master")
                ),
        ];
    }

    static string? GroupLabel(V1Lease lease) =>
        lease.Metadata.Labels?.TryGetValue(Labels.Group, out var label) == true ? label : null;

    static Master Of(BrokerGroup group, V1Pod pod)
    {
        var name = pod.Metadata.Name!;
        return PodAddresses.IsReady(pod)
            ? new Master(group.Name, pod.Metadata.Uid!, name, PodAddresses.Of(pod), $"{name} has no address")
            : new Master(group.Name, pod.Metadata.Uid!, name, null, $"{name} is not ready");
    }
}
