using k8s;
using k8s.Models;

namespace Operator.Plan.Instances;

/// <summary>
/// What exists of an instance: everything in its namespace with its label, as one consistent look. An empty list means
/// that there is nothing, not that nobody looked.
/// </summary>
public sealed record InstanceChildren
{
    /// <summary>Nothing exists.</summary>
    public static readonly InstanceChildren None = new();

    /// <summary>The name servers' and one for each group.</summary>
    public IReadOnlyList<V1StatefulSet> StatefulSets { get; init; } = [];

    /// <summary>Headless, of pods, of masters.</summary>
    public IReadOnlyList<V1Service> Services { get; init; } = [];

    /// <summary>Of the master Services.</summary>
    public IReadOnlyList<V1EndpointSlice> EndpointSlices { get; init; } = [];

    /// <summary>One for each group.</summary>
    public IReadOnlyList<V1Lease> Leases { get; init; } = [];

    /// <summary>Configuration files.</summary>
    public IReadOnlyList<V1ConfigMap> ConfigMaps { get; init; } = [];

    /// <summary>The brokers'.</summary>
    public IReadOnlyList<V1ServiceAccount> ServiceAccounts { get; init; } = [];

    /// <summary>The brokers'.</summary>
    public IReadOnlyList<V1Role> Roles { get; init; } = [];

    /// <summary>The brokers'.</summary>
    public IReadOnlyList<V1RoleBinding> RoleBindings { get; init; } = [];

    /// <summary>One for the name servers and one for each group.</summary>
    public IReadOnlyList<V1PodDisruptionBudget> DisruptionBudgets { get; init; } = [];

    /// <summary>Made by the StatefulSets.</summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Made by the StatefulSets; they may be older than the instance.</summary>
    public IReadOnlyList<V1PersistentVolumeClaim> Claims { get; init; } = [];

    /// <summary>
    /// The same without what has the instance's label and is not the instance's. Pods and claims are told by their
    /// names.
    /// </summary>
    public InstanceChildren OwnedBy(V1ObjectMeta instance)
    {
        return this with
        {
            StatefulSets = Own(StatefulSets),
            Services = Own(Services),
            EndpointSlices = Own(EndpointSlices),
            Leases = Own(Leases),
            ConfigMaps = Own(ConfigMaps),
            ServiceAccounts = Own(ServiceAccounts),
            Roles = Own(Roles),
            RoleBindings = Own(RoleBindings),
            DisruptionBudgets = Own(DisruptionBudgets),
        };

        IReadOnlyList<T> Own<T>(IReadOnlyList<T> objects)
            where T : class, IKubernetesObject<V1ObjectMeta> =>
            objects.All(o => Ownership.IsOf(o, instance))
                ? objects
                : [.. objects.Where(o => Ownership.IsOf(o, instance))];
    }

    /// <summary>
    /// The configurations that a set's template, and pods that were made of it before, were made with.
    /// </summary>
    internal IEnumerable<string> ConfigHashes(string set)
    {
        var templates = StatefulSets
            .Where(s => s.Metadata.Name == set)
            .Select(s => s.Spec?.Template.Metadata?.Annotations);
        var pods = Pods.Where(p =>
                p.Metadata.OwnerReferences?.Any(o => o.Kind == V1StatefulSet.KubeKind && o.Name == set) == true
            )
            .Select(p => p.Metadata.Annotations);
        foreach (var annotations in templates.Concat(pods))
        {
            if (annotations?.TryGetValue(Labels.Config, out var hash) == true)
                yield return hash;
        }
    }

    /// <summary>All that the operator made itself.</summary>
    internal IEnumerable<IKubernetesObject<V1ObjectMeta>> Made =>
        [
            .. ConfigMaps,
            .. ServiceAccounts,
            .. Roles,
            .. RoleBindings,
            .. Services,
            .. EndpointSlices,
            .. Leases,
            .. DisruptionBudgets,
            .. StatefulSets,
        ];
}
