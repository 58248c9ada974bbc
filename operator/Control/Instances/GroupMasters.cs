using k8s.Models;
using Operator.Plan;
using Operator.Plan.Instances;

namespace Operator.Control.Instances;

/// <summary>The pods that hold their groups' Leases: those that administration talks to.</summary>
static class GroupMasters
{
    /// <summary>By group name; a group without a master, or whose master's pod is not there, is missing.</summary>
    public static IReadOnlyList<(string Group, V1Pod Pod)> Of(InstanceChildren children)
    {
        var masters = new List<(string, V1Pod)>();
        foreach (var lease in children.Leases)
        {
            var master = GroupElection.Read(lease).Master;
            if (master is not null && children.Pods.FirstOrDefault(p => p.Metadata.Name == master) is { } pod)
                masters.Add((lease.Metadata.Name!, pod));
        }
        return masters;
    }
}
