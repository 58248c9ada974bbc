using k8s.Models;
using KubeOps.Abstractions.Entities;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Topics;

/// <summary>A topic of an instance, declared (design.md §4).</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = "topics")]
[KubernetesEntityShortNames("rmqt")]
[EntityScope(EntityScope.Namespaced)]
[Categories(ApiGroup.Category)]
[Description(
    "A topic of a RocketMQInstance: it is created on every broker group, kept as specified, and deleted by policy."
)]
[GenericAdditionalPrinterColumn(".spec.instanceRef.name", "Instance", "string")]
[GenericAdditionalPrinterColumn(".status.topicName", "Topic", "string")]
[GenericAdditionalPrinterColumn(".spec.messageType", "Type", "string")]
[GenericAdditionalPrinterColumn(".status.queues", "Queues", "integer")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].reason", "Reason", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Routed\")].status", "Routed", "string")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".spec.deletionPolicy", "Policy", "string", Priority = PrinterColumnPriority.WideView)]
[GenericAdditionalPrinterColumn(
    ".status.conditions[?(@.type==\"Synced\")].status",
    "Synced",
    "string",
    Priority = PrinterColumnPriority.WideView
)]
public sealed class Topic : CustomKubernetesEntity<TopicSpec, TopicStatus>
{
    /// <summary>The kind, as it is written in YAML.</summary>
    public const string KubeKind = "Topic";

    /// <summary>A topic with the kind and version filled in.</summary>
    public Topic()
    {
        Kind = KubeKind;
        ApiVersion = ApiGroup.Name + "/" + ApiGroup.Version;
    }
}
