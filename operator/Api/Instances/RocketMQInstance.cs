using k8s.Models;
using KubeOps.Abstractions.Entities;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>A message cluster of its own: name servers and broker groups (design.md §4).</summary>
[KubernetesEntity(
    Group = ApiGroup.Name,
    ApiVersion = ApiGroup.Version,
    Kind = "RocketMQInstance",
    PluralName = "rocketmqinstances"
)]
[KubernetesEntityShortNames("rmqi")]
[EntityScope(EntityScope.Namespaced)]
[Categories(ApiGroup.Category)]
[Description(
    "A message cluster: name servers that tell clients where topics are, and broker groups that store the messages. "
        + "Everything in spec has a default: an empty spec is 2 name servers and 1 broker."
)]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].reason", "Reason", "string")]
[GenericAdditionalPrinterColumn(".spec.brokers.groups", "Groups", "integer")]
[GenericAdditionalPrinterColumn(".status.brokers", "Brokers", "string")]
[GenericAdditionalPrinterColumn(".status.version", "Version", "string")]
[GenericAdditionalPrinterColumn(".status.endpoints.nameServers", "Endpoint", "string")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.phase", "Phase", "string", Priority = PrinterColumnPriority.WideView)]
[GenericAdditionalPrinterColumn(
    ".status.nameServers",
    "NameServers",
    "string",
    Priority = PrinterColumnPriority.WideView
)]
[GenericAdditionalPrinterColumn(
    ".status.conditions[?(@.type==\"Degraded\")].reason",
    "Degraded",
    "string",
    Priority = PrinterColumnPriority.WideView
)]
public sealed class RocketMQInstance : CustomKubernetesEntity<InstanceSpec, InstanceStatus>
{
    /// <summary>The kind, as it is written in YAML.</summary>
    public const string KubeKind = "RocketMQInstance";

    /// <summary>An instance with the kind and version filled in.</summary>
    public RocketMQInstance()
    {
        Kind = KubeKind;
        ApiVersion = ApiGroup.Name + "/" + ApiGroup.Version;
    }
}
