using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Topics;

/// <summary>What a person wants of a topic.</summary>
public sealed record TopicSpec
{
    /// <summary>Queues on each broker group when the spec does not say: Apache's default for declared topics.</summary>
    public const int DefaultQueues = 8;

    /// <summary>The instance; immutable.</summary>
    [Description("The instance that the topic belongs to. Cannot be changed.")]
    [Required]
    public InstanceReference InstanceRef { get; set; } = new();

    /// <summary>The name that clients use; absent: metadata.name. Immutable.</summary>
    [Description(
        "Name that clients use: letters, digits, hyphens and underscores. Absent: metadata.name. Cannot be changed."
    )]
    [Length(1, TopicNames.TopicMaximum)]
    [Pattern(TopicNames.Pattern)]
    public string? TopicName { get; set; }

    /// <summary>The kind of messages; immutable.</summary>
    [Description(
        "Kind of messages: Normal, Delay (delivered at a later time), Transaction (delivered once the sender commits), "
            + "PartitionedOrder (in order per sharding key), GlobalOrder (in order altogether: one queue on the first "
            + "group). Brokers refuse messages of another kind. Cannot be changed."
    )]
    [DefaultValue("Normal")]
    public MessageType MessageType { get; set; } = MessageType.Normal;

    /// <summary>Queues on each broker group; absent: 8, for GlobalOrder 1.</summary>
    [Description(
        "Queues on each broker group: at most so many members of a consumer group work in parallel per group "
            + "of brokers. "
            + "Absent: 8, and 1 for GlobalOrder. May grow; a lower number is reported and not carried out, "
            + "because the messages "
            + "of the queues that go would not be consumed."
    )]
    [RangeMinimum(1)]
    [RangeMaximum(1024)]
    public int? QueuesPerBroker { get; set; }

    /// <summary>What clients may do.</summary>
    [Description("What clients may do: ReadWrite, ReadOnly (no sends) or WriteOnly (no consumption).")]
    [DefaultValue("ReadWrite")]
    public TopicPermission Permission { get; set; } = TopicPermission.ReadWrite;

    /// <summary>What happens to the topic when this resource is deleted.</summary>
    [Description("Retain: the topic and its messages outlive this resource. Delete: they go with it.")]
    [DefaultValue("Retain")]
    public DeletionPolicy DeletionPolicy { get; set; } = DeletionPolicy.Retain;

    /// <summary>Whether the operator changes brokers.</summary>
    [Description(
        "Managed: the topic is created and kept as specified. ObserveOnly: differences are reported and "
            + "nothing is changed."
    )]
    [DefaultValue("Managed")]
    public Management Management { get; set; } = Management.Managed;
}
