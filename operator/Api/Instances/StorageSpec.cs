using k8s.Models;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>The volume that each broker keeps its messages on.</summary>
public sealed record StorageSpec
{
    /// <summary>Asked of the storage class.</summary>
    [Description("Size of the volume. Existing volumes are not resized by this version: a difference is reported.")]
    [DefaultValue("20Gi")]
    public ResourceQuantity Size { get; set; } = new("20Gi");

    /// <summary>The storage class; absent: the cluster's default. A bound volume keeps its class.</summary>
    [Description(
        "Name of the storage class; absent: the default class of the cluster. It can be changed "
            + "until a volume is bound."
    )]
    [Length(1, 253)]
    public string? ClassName { get; set; }

    /// <summary>What happens to the volumes when the instance is deleted.</summary>
    [Description(
        "Retain: volumes outlive the instance, and one of the same name finds its messages again. Delete: the operator "
            + "deletes them with the instance. What this says when the instance is deleted decides."
    )]
    [DefaultValue("Retain")]
    public DeletionPolicy DeletionPolicy { get; set; } = DeletionPolicy.Retain;
}
