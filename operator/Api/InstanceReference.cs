using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api;

/// <summary>The instance that a Topic or Group belongs to.</summary>
public sealed record InstanceReference
{
    /// <summary>Its name.</summary>
    [Description("Name of the RocketMQInstance.")]
    [Required]
    [Length(1, 40)]
    public string Name { get; set; } = "";

    /// <summary>Its namespace; absent: the one of the referring resource.</summary>
    [Description(
        "Namespace of the RocketMQInstance; absent: the namespace of this resource. "
            + "An instance elsewhere must list this resource's namespace in spec.access.allowedNamespaces."
    )]
    [Length(1, 63)]
    public string? Namespace { get; set; }
}
