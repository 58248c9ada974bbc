using k8s.Models;
using Operator.Api;
using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>An instance with what its children are built from.</summary>
/// <param name="Instance">The resource.</param>
/// <param name="Settings">The operator's own.</param>
/// <param name="Groups">The broker groups to build, by number: those of the spec, and those that are kept beyond
/// it.</param>
public sealed record InstanceModel(
    RocketMQInstance Instance,
    PlannerSettings Settings,
    IReadOnlyList<BrokerGroup> Groups
)
{
    /// <summary>The bound of spec.brokers.groups.</summary>
    public const int MostGroups = 64;

    /// <summary>The bound of the replicas of name servers and of groups.</summary>
    const int MostReplicas = 9;

    /// <summary>
    /// Pod templates are built with the user's spelling and defaults, as versions before did, to recognise their pods.
    /// </summary>
    public bool KeepsSpelling { get; init; }

    /// <summary>The size of the brokers' volumes, by which the time for their start is reckoned.</summary>
    public ResourceQuantity VolumeSize { get; init; } = Instance.Spec.Brokers.Storage.Size;

    /// <summary>Its names.</summary>
    public InstanceNames Names { get; } = InstanceNames.Of(Instance);

    /// <summary>Its spec.</summary>
    public InstanceSpec Spec => Instance.Spec;

    /// <summary>
    /// Name servers; within bounds even when the spec is not, because what runs is reported all the same.
    /// </summary>
    public int NameServers => Math.Clamp(Spec.NameServers.Replicas, 0, MostReplicas);

    /// <summary>Brokers in a group; within bounds like <see cref="NameServers"/>.</summary>
    public int Replicas => Math.Clamp(Spec.Brokers.Replicas, 0, MostReplicas);

    /// <summary>The image of its pods.</summary>
    public string Image => Spec.Image ?? Settings.Image;

    /// <summary>Metadata of a child: labels, and an owner reference by which it goes with the instance.</summary>
    public V1ObjectMeta Metadata(string name, IDictionary<string, string> labels) =>
        new()
        {
            Name = name,
            NamespaceProperty = Names.Namespace,
            Labels = labels,
            OwnerReferences = [Owner()],
        };

    /// <summary>The reference that makes an object go with the instance, and shows whose it is.</summary>
    V1OwnerReference Owner() =>
        new()
        {
            ApiVersion = $"{ApiGroup.Name}/{ApiGroup.Version}",
            Kind = RocketMQInstance.KubeKind,
            Name = Names.Instance,
            Uid = Instance.Metadata.Uid!,
            Controller = true,
            BlockOwnerDeletion = true,
        };
}
