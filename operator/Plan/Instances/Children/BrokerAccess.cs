using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// What brokers may do with the API: the Leases and EndpointSlices of their groups, each by name, and nothing else.
/// </summary>
static class BrokerAccess
{
    static readonly string[] ReadAndReplace = ["get", "list", "watch", "update"];

    /// <summary>
    /// The rules of the brokers' Role; the operator must hold them to grant them.
    /// </summary>
    /// <param name="groups">The groups, whose objects the rules name.</param>
    /// <param name="restrictedSlices">Whether the platform has <c>endpointslices/restricted</c>: on OpenShift filling
    /// a slice with a pod's address is refused without it.</param>
    public static IList<V1PolicyRule> Rules(IReadOnlyList<BrokerGroup> groups, bool restrictedSlices)
    {
        List<V1PolicyRule> rules =
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
        ];
        if (restrictedSlices)
        {
            rules.Add(
                new V1PolicyRule
                {
                    ApiGroups = ["discovery.k8s.io"],
                    Resources = ["endpointslices/restricted"],
                    Verbs = ["create"],
                }
            );
        }
        return rules;
    }

    public static V1ServiceAccount Account(InstanceModel model) => new() { Metadata = Metadata(model) };

    public static V1Role Role(InstanceModel model) =>
        new() { Metadata = Metadata(model), Rules = Rules(model.Groups, model.Settings.RestrictsEndpointSlices) };

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
