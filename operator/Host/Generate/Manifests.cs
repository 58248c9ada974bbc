using k8s.Models;
using Operator.Api.Schemas;
using Operator.Plan;

namespace Operator.Host.Generate;

/// <summary>
/// Everything that an install consists of, for plain <c>kubectl apply</c>. The chart renders the same objects.
/// </summary>
public static class Manifests
{
    const string Name = Labels.Operator;
    const string RbacGroup = "rbac.authorization.k8s.io";

    /// <summary>The objects, in the order in which they can be applied.</summary>
    public static IEnumerable<object> Build(ManifestOptions options)
    {
        foreach (var kind in options.Crds ? CustomResource.All : [])
            yield return kind.Definition(options.CrdRules);
        yield return new V1Namespace
        {
            Metadata = new V1ObjectMeta
            {
                Name = options.Namespace,
                Labels = Map(("pod-security.kubernetes.io/enforce", "restricted")),
            },
        };
        yield return new V1ServiceAccount { Metadata = Metadata(options) };
        foreach (
            var rights in options.WatchNamespaces.Count == 0
                ? Everywhere(options, OperatorRules.Everywhere())
                : options
                    .WatchNamespaces.SelectMany(n => In(options, n))
                    .Concat(Everywhere(options, OperatorRules.InWholeCluster()))
        )
            yield return rights;
        yield return new V1Role { Metadata = Metadata(options), Rules = OperatorRules.InOwnNamespace() };
        yield return new V1RoleBinding
        {
            Metadata = Metadata(options),
            RoleRef = RoleOf("Role", Name),
            Subjects = Subjects(options),
        };
        yield return new V1Service
        {
            Metadata = Metadata(options),
            Spec = new V1ServiceSpec
            {
                Selector = Selector(),
                Ports =
                [
                    new V1ServicePort
                    {
                        Name = "http",
                        Port = 8080,
                        TargetPort = "http",
                        Protocol = "TCP",
                    },
                ],
            },
        };
        yield return OperatorDeployment.Build(options, Metadata(options), Selector());
    }

    static IEnumerable<object> Everywhere(ManifestOptions options, IList<V1PolicyRule> rules)
    {
        yield return new V1ClusterRole { Metadata = Shared(options, null), Rules = rules };
        yield return new V1ClusterRoleBinding
        {
            Metadata = Shared(options, null),
            RoleRef = RoleOf("ClusterRole", SharedName(options)),
            Subjects = Subjects(options),
        };
    }

    static IEnumerable<object> In(ManifestOptions options, string watched)
    {
        yield return new V1Role { Metadata = Shared(options, watched), Rules = OperatorRules.InWatchedNamespaces() };
        yield return new V1RoleBinding
        {
            Metadata = Shared(options, watched),
            RoleRef = RoleOf("Role", SharedName(options)),
            Subjects = Subjects(options),
        };
    }

    /// <summary>Two installs have different namespaces, and must not overwrite what is outside them.</summary>
    static string SharedName(ManifestOptions options) => $"{Name}-{options.Namespace}";

    static V1ObjectMeta Shared(ManifestOptions options, string? watched) =>
        new()
        {
            Name = SharedName(options),
            NamespaceProperty = watched,
            Labels = Selector(),
        };

    static V1ObjectMeta Metadata(ManifestOptions options) =>
        new()
        {
            Name = Name,
            NamespaceProperty = options.Namespace,
            Labels = Selector(),
        };

    static V1RoleRef RoleOf(string kind, string name) =>
        new()
        {
            ApiGroup = RbacGroup,
            Kind = kind,
            Name = name,
        };

    static IList<Rbacv1Subject> Subjects(ManifestOptions options) =>
        [
            new Rbacv1Subject
            {
                Kind = "ServiceAccount",
                Name = Name,
                NamespaceProperty = options.Namespace,
            },
        ];

    static SortedDictionary<string, string> Selector() => Map(("app.kubernetes.io/name", Name));

    static SortedDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        new(pairs.ToDictionary(p => p.Key, p => p.Value), StringComparer.Ordinal);
}
