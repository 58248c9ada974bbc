using KubeOps.Abstractions.Entities.Attributes;
using Operator.Api.Topics;

namespace Operator.Api.Groups;

/// <summary>What a person wants of a consumer group.</summary>
public sealed record GroupSpec
{
    /// <summary>The instance; immutable.</summary>
    [Description("The instance that the group belongs to. Cannot be changed.")]
    [Required]
    public InstanceReference InstanceRef { get; set; } = new();

    /// <summary>The name that clients use; absent: metadata.name. Immutable.</summary>
    [Description(
        "Name that clients use: letters, digits, hyphens and underscores. Absent: metadata.name. Cannot be changed."
    )]
    [Length(1, TopicNames.GroupMaximum)]
    [Pattern(TopicNames.Pattern)]
    public string? GroupName { get; set; }

    /// <summary>Deliveries after the first, before the dead letters.</summary>
    [Description(
        "How often a message that could not be consumed is delivered again before it goes to the dead letters. Members "
            + "that ask for a number of their own, as Java's do for 16, get that, unless the instance's "
            + "spec.brokers.config has retryMaxTimesFrom: GROUP."
    )]
    [RangeMinimum(0)]
    [RangeMaximum(1000)]
    [DefaultValue(16)]
    public int MaxRetries { get; set; } = 16;

    /// <summary>False: consumption is refused.</summary>
    [Description("False: brokers refuse to deliver to this group, and its position stays.")]
    [DefaultValue(true)]
    public bool ConsumeEnabled { get; set; } = true;

    /// <summary>False: broadcasting is refused.</summary>
    [Description("False: brokers refuse members that consume by broadcasting.")]
    [DefaultValue(true)]
    public bool BroadcastEnabled { get; set; } = true;

    /// <summary>True: deliveries by the brokers keep the order of queues.</summary>
    [Description(
        "True: what brokers hand out by themselves (POP) comes in the order of the queues. Members that pull, as most "
            + "do, choose by their listener whether they consume in order."
    )]
    [DefaultValue(false)]
    public bool Orderly { get; set; }

    /// <summary>A wish to set the position; each id is carried out once.</summary>
    [Description("Sets the group's position in a topic, once per id: status.offsetReset says what became of it.")]
    public OffsetResetSpec? OffsetReset { get; set; }

    /// <summary>What happens to the group when this resource is deleted.</summary>
    [Description("Retain: the group's settings and positions outlive this resource. Delete: they go with it.")]
    [DefaultValue("Retain")]
    public DeletionPolicy DeletionPolicy { get; set; } = DeletionPolicy.Retain;

    /// <summary>Whether the operator changes brokers.</summary>
    [Description(
        "Managed: the group is created and kept as specified. ObserveOnly: differences are reported and "
            + "nothing is changed."
    )]
    [DefaultValue("Managed")]
    public Management Management { get; set; } = Management.Managed;
}
