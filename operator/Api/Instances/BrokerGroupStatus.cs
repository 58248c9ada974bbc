using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>What was seen of one broker group, from its Lease and its pods.</summary>
public sealed record BrokerGroupStatus
{
    /// <summary>The group's name, which is also the brokerName that clients see.</summary>
    [Description("Name of the group, and the brokerName that clients see.")]
    [Required]
    [Length(1, 63)]
    public string Name { get; set; } = "";

    /// <summary>The pod that holds the group's Lease.</summary>
    [Description("Pod that is master; absent: there is none, or it is not known.")]
    [Length(-1, 63)]
    public string? Master { get; set; }

    /// <summary>Counts the masters that the group has had.</summary>
    [Description("Number of the present mastership; it grows with every change of master.")]
    public long? Epoch { get; set; }

    /// <summary>Pods that hold every acknowledged message.</summary>
    [Description("Pods that hold every acknowledged message.")]
    [Items(-1, 9)]
    [ItemLength(63)]
    public IReadOnlyList<string>? InSync { get; set; }

    /// <summary>The group's pods by number.</summary>
    [Description("The pods of the group.")]
    [Items(-1, 9)]
    [XListType(XListType.Map)]
    [XListMapKeys("pod")]
    public IReadOnlyList<ReplicaStatus>? Replicas { get; set; }
}
