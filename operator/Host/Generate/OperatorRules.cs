using k8s.Models;
using Operator.Api;
using Operator.Api.Schemas;
using Operator.Plan;
using Operator.Plan.Instances;

namespace Operator.Host.Generate;

/// <summary>
/// What the operator may do with the API: no verb that it does not use, except those that it grants to brokers, because
/// nobody can grant what he does not hold. Nothing about Secrets.
/// </summary>
public static class OperatorRules
{
    /// <summary>For what it applies: an apply of what does not exist needs create.</summary>
    static readonly string[] Owned = ["get", "list", "watch", "create", "patch", "delete"];

    static readonly string[] Read = ["get", "list", "watch"];

    /// <summary>In each namespace that is watched.</summary>
    public static IList<V1PolicyRule> InWatchedNamespaces() =>
        [
            Rule(ApiGroup.Name, ["rocketmqinstances", "topics", "groups"], [.. Read, "patch"]), // finalizers
            Rule(ApiGroup.Name, ["rocketmqinstances/status", "topics/status", "groups/status"], ["patch"]),
            // Where the plugin OwnerReferencesPermissionEnforcement is on, blocking the owner's deletion needs it.
            Rule(ApiGroup.Name, ["rocketmqinstances/finalizers"], ["update"]),
            Rule("", ["configmaps", "serviceaccounts", "services"], Owned),
            Rule("", ["persistentvolumeclaims"], [.. Read, "patch", "delete"]), // with deletionPolicy Delete only
            Rule("", ["pods"], [.. Read, "patch", "delete"]), // labels; those that never worked are replaced
            Rule("", ["events"], ["create", "patch"]),
            Rule("apps", ["statefulsets"], Owned),
            Rule("policy", ["poddisruptionbudgets"], Owned),
            Rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], Owned),
            Rule("coordination.k8s.io", ["leases"], [.. Read, "create", "delete", .. Granted("leases")]),
            Rule("discovery.k8s.io", ["endpointslices"], [.. Read, "create", "delete", .. Granted("endpointslices")]),
            Rule("discovery.k8s.io", ["endpointslices/restricted"], Granted("endpointslices/restricted")),
        ];

    /// <summary>
    /// In the whole cluster where namespaces are named: to see instances, Topics and Groups and to take a finalizer off
    /// them. The Role in a namespace may go before them when the namespace is deleted, and what the operator cannot let
    /// go then would hold the namespace for ever.
    /// </summary>
    public static IList<V1PolicyRule> InWholeCluster() =>
        [Rule(ApiGroup.Name, ["rocketmqinstances", "topics", "groups"], [.. Read, "patch"]), OfDefinitions()];

    /// <summary>In the whole cluster where it works in all namespaces.</summary>
    public static IList<V1PolicyRule> Everywhere() => [.. InWatchedNamespaces(), OfDefinitions()];

    /// <summary>
    /// Of the definitions of the custom resources, in every install: whether they are of this version.
    /// </summary>
    public static V1PolicyRule OfDefinitions() =>
        new()
        {
            ApiGroups = ["apiextensions.k8s.io"],
            Resources = ["customresourcedefinitions"],
            ResourceNames = [.. CustomResource.All.Select(kind => kind.Name)],
            Verbs = ["get"],
        };

    /// <summary>In its own namespace: the Lease by which one of several operators leads.</summary>
    public static IList<V1PolicyRule> InOwnNamespace() =>
        [
            Rule("coordination.k8s.io", ["leases"], ["create"]), // a create has no name to restrict
            new V1PolicyRule
            {
                ApiGroups = ["coordination.k8s.io"],
                Resources = ["leases"],
                ResourceNames = [Labels.Operator],
                Verbs = ["get", "update"],
            },
        ];

    /// <summary>The verbs that brokers are granted and the operator does not use itself.</summary>
    static string[] Granted(string resource) =>
        [.. BrokerRules.All.Where(r => r.Resources!.Contains(resource)).SelectMany(r => r.Verbs).Except(Read)];

    static V1PolicyRule Rule(string group, string[] resources, string[] verbs) =>
        new()
        {
            ApiGroups = [group],
            Resources = resources,
            Verbs = verbs,
        };
}
