using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>The name servers. They have no volume: what they know, brokers tell them again within seconds.</summary>
static class NameServerStatefulSet
{
    public const string Container = "nameserver";

    public static V1StatefulSet Build(InstanceModel model)
    {
        var selector = Labels.SelectNameServers(model.Names.Instance);
        var labels = Labels.Of(model.Names.Instance, Labels.NameServer);
        var spec = model.Spec.NameServers;
        var container = PodParts.Container(
            Container,
            model.Image,
            NameServerConfigMap.File,
            Ports.NameServer,
            PodParts.Resources(spec.Resources, model.KeepsSpelling),
            StartupBudget.Least
        );
        var template = new V1PodTemplateSpec
        {
            Metadata = new V1ObjectMeta
            {
                Labels = labels,
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    [Labels.Config] = NameServerConfigMap.RestartHash(model),
                },
            },
            Spec = new V1PodSpec
            {
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                SecurityContext = PodParts.Security(model.Settings),
                TerminationGracePeriodSeconds = PodParts.TerminationSeconds,
                TopologySpreadConstraints = PodParts.Spread(selector),
                Containers = [container],
                Volumes =
                [
                    PodParts.ConfigVolume(model.Names.NameServers),
                    PodParts.ScratchVolume("data"),
                    PodParts.ScratchVolume("tmp"),
                ],
            },
        };
        return new V1StatefulSet
        {
            Metadata = model.Metadata(model.Names.NameServers, labels),
            Spec = new V1StatefulSetSpec
            {
                Replicas = model.NameServers,
                ServiceName = model.Names.NameServers,
                PodManagementPolicy = "Parallel",
                UpdateStrategy = new V1StatefulSetUpdateStrategy { Type = "OnDelete" },
                Selector = new V1LabelSelector { MatchLabels = selector },
                Template = PodTemplates.Finish(
                    template,
                    spec.PodTemplate,
                    ConfigFiles.Name(NameServerConfigMap.File, NameServerConfigMap.RestartHash(model)),
                    model.KeepsSpelling
                ),
            },
        };
    }
}
