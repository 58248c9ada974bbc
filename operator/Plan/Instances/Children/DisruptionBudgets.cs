using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// How many pods a drain may take at once: one name server, and one broker of each group. A group of one may lose its
/// only broker, else no node under it could ever be drained.
/// </summary>
static class DisruptionBudgets
{
    public static V1PodDisruptionBudget NameServers(InstanceModel model) =>
        Build(
            model.Metadata(model.Names.NameServers, Labels.Of(model.Names.Instance, Labels.NameServer)),
            Labels.SelectNameServers(model.Names.Instance)
        );

    public static V1PodDisruptionBudget Group(InstanceModel model, BrokerGroup group) =>
        Build(model.Metadata(group.Name, Labels.Of(group)), Labels.Select(group));

    static V1PodDisruptionBudget Build(V1ObjectMeta metadata, IDictionary<string, string> selector) =>
        new()
        {
            Metadata = metadata,
            Spec = new V1PodDisruptionBudgetSpec
            {
                MaxUnavailable = 1,
                Selector = new V1LabelSelector { MatchLabels = selector },
            },
        };
}
