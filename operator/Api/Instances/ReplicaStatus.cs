using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>What was seen of one broker pod.</summary>
public sealed record ReplicaStatus
{
    /// <summary>The pod's name.</summary>
    [Description("Name of the pod.")]
    [Required]
    [Length(1, 63)]
    public string Pod { get; set; } = "";

    /// <summary>By the holder of the group's Lease.</summary>
    [Description("Master, Slave or Unknown, by the holder of the group's Lease.")]
    public ReplicaRole Role { get; set; }

    /// <summary>By the pod's state.</summary>
    [Description("Ready, Starting, Failing, Terminating or Missing.")]
    public ReplicaState State { get; set; }
}
