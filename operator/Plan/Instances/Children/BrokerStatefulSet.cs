using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// The brokers of a group. Parallel and OnDelete from the first day: both are hard to change (design.md §4).
/// </summary>
static class BrokerStatefulSet
{
    public const string Container = "broker";

    public static V1StatefulSet Build(InstanceModel model, BrokerGroup group)
    {
        var labels = Labels.Of(group);
        var brokers = model.Spec.Brokers;
        var container = PodParts.Container(
            Container,
            model.Image,
            BrokerConfigMap.File,
            Ports.Broker,
            PodParts.Resources(brokers.Resources, model.KeepsSpelling),
            StartupBudget.OfVolume(model.VolumeSize)
        );
        container.Ports!.Add(FastPort());
        var template = new V1PodTemplateSpec
        {
            Metadata = new V1ObjectMeta
            {
                Labels = labels,
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    [Labels.Config] = BrokerConfigMap.RestartHash(model, group),
                },
            },
            Spec = new V1PodSpec
            {
                ServiceAccountName = model.Names.BrokerAccount,
                AutomountServiceAccountToken = true, // for the election
                EnableServiceLinks = false,
                SecurityContext = PodParts.Security(model.Settings),
                TerminationGracePeriodSeconds = PodParts.TerminationSeconds,
                Affinity = ApartFromItsGroup(group),
                TopologySpreadConstraints = PodParts.Spread(AllBrokers(model)),
                Containers = [container],
                Volumes = [PodParts.ConfigVolume(group.Name), PodParts.ScratchVolume("tmp")],
            },
        };
        return new V1StatefulSet
        {
            Metadata = model.Metadata(group.Name, labels),
            Spec = new V1StatefulSetSpec
            {
                Replicas = model.Replicas,
                ServiceName = group.Name,
                PodManagementPolicy = "Parallel",
                UpdateStrategy = new V1StatefulSetUpdateStrategy { Type = "OnDelete" },
                Selector = new V1LabelSelector { MatchLabels = Labels.Select(group) },
                Template = PodTemplates.Finish(
                    template,
                    brokers.PodTemplate,
                    ConfigFiles.Name(BrokerConfigMap.File, BrokerConfigMap.RestartHash(model, group)),
                    model.KeepsSpelling
                ),
                VolumeClaimTemplates = [Claim(model, group)],
            },
        };
    }

    static V1ContainerPort FastPort() =>
        new()
        {
            Name = "fast",
            ContainerPort = Ports.BrokerFast,
            Protocol = "TCP",
        };

    static V1PersistentVolumeClaim Claim(InstanceModel model, BrokerGroup group) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "data", Labels = Labels.Of(group) },
            Spec = new V1PersistentVolumeClaimSpec
            {
                AccessModes = ["ReadWriteOnce"],
                StorageClassName = model.Spec.Brokers.Storage.ClassName,
                Resources = new V1VolumeResourceRequirements
                {
                    Requests = new SortedDictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                    {
                        ["storage"] = model.Spec.Brokers.Storage.Size,
                    },
                },
            },
        };

    static SortedDictionary<string, string> AllBrokers(InstanceModel model) =>
        new(StringComparer.Ordinal) { [Labels.Component] = Labels.Broker, [Labels.Instance] = model.Names.Instance };

    /// <summary>
    /// Copies of the same messages on one node are lost together; with more nodes than members they never are.
    /// </summary>
    static V1Affinity ApartFromItsGroup(BrokerGroup group) =>
        new()
        {
            PodAntiAffinity = new V1PodAntiAffinity
            {
                PreferredDuringSchedulingIgnoredDuringExecution =
                [
                    new V1WeightedPodAffinityTerm
                    {
                        Weight = 100,
                        PodAffinityTerm = new V1PodAffinityTerm
                        {
                            TopologyKey = "kubernetes.io/hostname",
                            LabelSelector = new V1LabelSelector { MatchLabels = Labels.Select(group) },
                        },
                    },
                ],
            },
        };
}
