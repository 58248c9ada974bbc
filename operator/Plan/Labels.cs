using Operator.Api;
using Operator.Api.Instances;

namespace Operator.Plan;

/// <summary>The labels and annotations that the operator writes and finds its children by.</summary>
public static class Labels
{
    /// <summary>The instance that an object belongs to, by name.</summary>
    public const string Instance = ApiGroup.Name + "/instance";

    /// <summary>The broker group that an object belongs to: <c>g0</c>.</summary>
    public const string Group = ApiGroup.Name + "/group";

    /// <summary>On broker pods: <c>master</c> or <c>slave</c>, for people and dashboards only.</summary>
    public const string Role = ApiGroup.Name + "/role";

    /// <summary>Kubernetes' recommended label for the part.</summary>
    public const string Component = "app.kubernetes.io/component";

    /// <summary>Value of <see cref="Component"/>.</summary>
    public const string NameServer = "nameserver";

    /// <summary>Value of <see cref="Component"/>.</summary>
    public const string Broker = "broker";

    /// <summary>The name of the operator in labels and as the first part of its field managers.</summary>
    public const string Operator = "rocketmq-operator";

    /// <summary>Annotation: a hash of what was last applied, by which a change of plan is seen.</summary>
    public const string Applied = ApiGroup.Name + "/applied";

    /// <summary>Annotation of a pod: a hash of the template that it was made from.</summary>
    public const string Template = ApiGroup.Name + "/template";

    /// <summary>Annotation of a pod: a hash of the configuration that its process started with.</summary>
    public const string Config = ApiGroup.Name + "/config";

    /// <summary>
    /// Annotation of a volume claim: the group's Services and their addresses, <c>name=ip;name=ip</c>.
    /// </summary>
    public const string Addresses = ApiGroup.Name + "/addresses";

    /// <summary>
    /// Annotation of a Lease: no volume of the group existed when it was created (replication.md §4.8).
    /// </summary>
    public const string New = ApiGroup.Name + "/new";

    /// <summary>Finds all children of an instance.</summary>
    public static string Selector(RocketMQInstance instance) => $"{Instance}={instance.Metadata.Name}";

    /// <summary>The labels of a child.</summary>
    public static SortedDictionary<string, string> Of(string instance, string component) =>
        new(StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = "rocketmq",
            ["app.kubernetes.io/instance"] = instance,
            [Component] = component,
            ["app.kubernetes.io/managed-by"] = Operator,
            [Instance] = instance,
        };

    /// <summary>The labels of a broker group's child.</summary>
    public static SortedDictionary<string, string> Of(BrokerGroup group)
    {
        var labels = Of(group.Instance, Broker);
        labels[Group] = group.Label;
        return labels;
    }

    /// <summary>What selects the name server pods, and never changes.</summary>
    public static SortedDictionary<string, string> SelectNameServers(string instance) =>
        new(StringComparer.Ordinal) { [Component] = NameServer, [Instance] = instance };

    /// <summary>What selects a group's pods, distinct for each group, and never changes.</summary>
    public static SortedDictionary<string, string> Select(BrokerGroup group) =>
        new(StringComparer.Ordinal)
        {
            [Component] = Broker,
            [Group] = group.Label,
            [Instance] = group.Instance,
        };
}
