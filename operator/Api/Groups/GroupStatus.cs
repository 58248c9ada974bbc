using k8s.Models;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Groups;

/// <summary>What was seen of a consumer group.</summary>
public sealed record GroupStatus
{
    /// <summary>The name that clients use.</summary>
    [Description("Name that clients use.")]
    [Length(-1, 253)]
    public string? GroupName { get; set; }

    /// <summary>The generation of the spec that this status speaks of.</summary>
    [Description("Generation of the spec that this status speaks of, whether it could be carried out or not.")]
    public long? ObservedGeneration { get; set; }

    /// <summary>The conditions, by type.</summary>
    [Description(
        "Conditions: Ready (clients can use the group as specified), Synced (every broker group holds what spec says)."
    )]
    [Items(-1, 16)]
    [XListType(XListType.Map)]
    [XListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; set; }
}
