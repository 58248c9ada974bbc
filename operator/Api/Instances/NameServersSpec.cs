using System.Text.Json.Nodes;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>The name servers of an instance.</summary>
public sealed record NameServersSpec
{
    /// <summary>A client asks any one of them, so two survive the loss of one.</summary>
    [Description("Number of name servers. Clients ask any one of them: two survive the loss of one.")]
    [RangeMinimum(1)]
    [RangeMaximum(9)]
    [DefaultValue(2)]
    public int Replicas { get; set; } = 2;

    /// <summary>CPU and memory of one name server.</summary>
    [Description("CPU and memory of each name server.")]
    [DefaultValue("""{"requests":{"cpu":"20m","memory":"64Mi"},"limits":{"memory":"256Mi"}}""", Json = true)]
    public ResourcesSpec Resources { get; set; } = ResourcesSpec.Of("20m", "64Mi", "256Mi");

    /// <summary>See <see cref="BrokersSpec.PodTemplate"/>.</summary>
    [Description(
        "A Kubernetes pod template that is merged into the one of the operator: nodeSelector, tolerations, "
            + "affinity, labels, annotations, "
            + "extra containers and volumes. Lists of named things are merged by name; the container is called "
            + "nameserver."
    )]
    [PreserveUnknownFields]
    public JsonObject? PodTemplate { get; set; }
}
