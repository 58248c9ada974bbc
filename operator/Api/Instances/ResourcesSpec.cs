using k8s.Models;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>Requests and limits of a container, in Kubernetes' own form.</summary>
public sealed record ResourcesSpec
{
    /// <summary>What the scheduler sets aside.</summary>
    [Description("What the scheduler sets aside on a node: cpu, memory, ephemeral-storage.")]
    [PropertyLimits(-1, 16)]
    public IReadOnlyDictionary<string, ResourceQuantity>? Requests { get; set; }

    /// <summary>What the container may not exceed.</summary>
    [Description("What the container may not exceed. The heap takes at most half of the memory limit.")]
    [PropertyLimits(-1, 16)]
    public IReadOnlyDictionary<string, ResourceQuantity>? Limits { get; set; }

    internal static ResourcesSpec Of(string cpu, string memory, string memoryLimit) =>
        new()
        {
            Requests = new SortedDictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory) },
            Limits = new SortedDictionary<string, ResourceQuantity> { ["memory"] = new(memoryLimit) },
        };
}
