using k8s.Models;
using KubeOps.Abstractions.Entities;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Groups;

/// <summary>A consumer group of an instance, declared (design.md §4).</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = "groups")]
[KubernetesEntityShortNames("rmqg")]
[EntityScope(EntityScope.Namespaced)]
[Categories(ApiGroup.Category)]
[Description(
    "A consumer group of a RocketMQInstance: its settings are kept as specified on every broker group, "
        + "and deleted by policy."
)]
[GenericAdditionalPrinterColumn(".spec.instanceRef.name", "Instance", "string")]
[GenericAdditionalPrinterColumn(".status.groupName", "Group", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].reason", "Reason", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Consuming\")].status", "Consuming", "string")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Consistent\")].status", "Consistent", "string")]
[GenericAdditionalPrinterColumn(".status.backlog", "Backlog", "string")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".spec.maxRetries", "MaxRetries", "integer", Priority = PrinterColumnPriority.WideView)]
[GenericAdditionalPrinterColumn(".spec.orderly", "Orderly", "boolean", Priority = PrinterColumnPriority.WideView)]
[GenericAdditionalPrinterColumn(
    ".status.offsetReset.state",
    "Reset",
    "string",
    Priority = PrinterColumnPriority.WideView
)]
[GenericAdditionalPrinterColumn(".spec.deletionPolicy", "Policy", "string", Priority = PrinterColumnPriority.WideView)]
[GenericAdditionalPrinterColumn(
    ".status.conditions[?(@.type==\"Synced\")].status",
    "Synced",
    "string",
    Priority = PrinterColumnPriority.WideView
)]
public sealed class Group : CustomKubernetesEntity<GroupSpec, GroupStatus>
{
    /// <summary>The kind, as it is written in YAML.</summary>
    public const string KubeKind = "Group";

    /// <summary>A group with the kind and version filled in.</summary>
    public Group()
    {
        Kind = KubeKind;
        ApiVersion = ApiGroup.Name + "/" + ApiGroup.Version;
    }
}
