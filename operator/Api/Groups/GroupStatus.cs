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

    /// <summary>How many messages wait, coarsely.</summary>
    [Description(
        "Messages that wait for the group: Low (fewer than 1,000), Thousands, HundredThousands, Millions (10 million "
            + "and more). Absent: not known, or the group broadcasts. Exact figures are metrics of the brokers."
    )]
    public Backlog? Backlog { get; set; }

    /// <summary>The last offset reset.</summary>
    [Description("What became of spec.offsetReset.")]
    public OffsetResetStatus? OffsetReset { get; set; }

    /// <summary>The instance that it was carried out on.</summary>
    [Description("Instance that it was carried out on, which cannot be changed.")]
    public InstanceReference? InstanceRef { get; set; }

    /// <summary>The generation of the spec that this status speaks of.</summary>
    [Description("Generation of the spec that this status speaks of, whether it could be carried out or not.")]
    public long? ObservedGeneration { get; set; }

    /// <summary>The conditions, by type.</summary>
    [Description(
        "Conditions: Ready (clients can use the group as specified), Synced (every broker group holds what spec says), "
            + "Consuming (members are online), Consistent (all of them subscribe to the same), Warning (an "
            + "offset reset was refused)."
    )]
    [Items(-1, 16)]
    [XListType(XListType.Map)]
    [XListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; set; }
}
