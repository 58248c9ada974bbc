using k8s.Models;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Topics;

/// <summary>What was seen of a topic.</summary>
public sealed record TopicStatus
{
    /// <summary>The name that clients use.</summary>
    [Description("Name that clients use.")]
    [Length(-1, 253)]
    public string? TopicName { get; set; }

    /// <summary>The instance that it was carried out on.</summary>
    [Description("Instance that it was carried out on, which cannot be changed.")]
    public InstanceReference? InstanceRef { get; set; }

    /// <summary>The kind of messages that it was made for.</summary>
    [Description("Kind of messages that it was made for, which cannot be changed.")]
    public MessageType? MessageType { get; set; }

    /// <summary>Queues over all broker groups.</summary>
    [Description("Queues that clients can send to, over all broker groups.")]
    public int? Queues { get; set; }

    /// <summary>The generation of the spec that this status speaks of.</summary>
    [Description("Generation of the spec that this status speaks of, whether it could be carried out or not.")]
    public long? ObservedGeneration { get; set; }

    /// <summary>The conditions, by type.</summary>
    [Description(
        "Conditions: Ready (clients can use the topic as specified), Synced (every broker group holds what spec says), "
            + "Routed (every name server tells clients of it)."
    )]
    [Items(-1, 16)]
    [XListType(XListType.Map)]
    [XListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; set; }
}
