using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// What brokers may do with the API: the Leases and EndpointSlices of their groups, each by name, and nothing else.
/// </summary>
static class BrokerAccess
{
    static readonly string[] ReadAndReplace = ["get", "list", "watch", "update"];

    /// <summary>
    /// The rules of the brokers' Role; the operator must hold them to grant them. <c>endpointslices/restricted</c>
    /// exists on
    /// OpenShift, where filling a slice with a pod's address is refused without it.
    /// </summary>
    public static IList<V1PolicyRule> Rules(IReadOnlyList<BrokerGroup> groups) =>
        [
            new V1PolicyRule
            {
                ApiGroups = ["coordination.k8s.io"],
                Resources = ["leases"],
                ResourceNames = [.. groups.Select(g => g.Name)],
                Verbs = ReadAndReplace,
            },
            new V1PolicyRule
            {
                ApiGroups = ["discovery.k8s.io"],
                Resources = ["endpointslices"],
                ResourceNames = [.. groups.SelectMany(g => g.MasterServices)],
                Verbs = ReadAndReplace,
            },
            new V1PolicyRule
            {
                ApiGroups = ["discovery.k8s.io"],
                Resources = ["endpointslices/restricted"],
                Verbs = ["create"],
            },
        ];

    public static V1ServiceAccount Account(InstanceModel model) => new() { Metadata = Metadata(model) };

    public static V1Role Role(InstanceModel model) => new() { Metadata = Metadata(model), Rules = Rules(model.Groups) };

    public static V1RoleBinding Binding(InstanceModel model) =>
        new()
        {
            Metadata = Metadata(model),
            RoleRef = new V1RoleRef
            {
                ApiGroup = "rbac.authorization.k8s.io",
                Kind = "Role",
                Name = model.Names.BrokerAccount,
            },
            Subjects =
            [
                new Rbacv1Subject
                {
                    Kind = "ServiceAccount",
                    Name = model.Names.BrokerAccount,
                    NamespaceProperty = model.Names.Namespace,
                },
            ],
        };

    static V1ObjectMeta Metadata(InstanceModel model) =>
        model.Metadata(model.Names.BrokerAccount, Labels.Of(model.Names.Instance, Labels.Broker));
}
