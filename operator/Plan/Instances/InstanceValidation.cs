using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Plan.Instances.Children;

namespace Operator.Plan.Instances;

/// <summary>What keeps an instance's spec from being carried out.</summary>
public static class InstanceValidation
{
    /// <summary>What is wrong, by schema, by rule, and in the pod templates, where neither can look.</summary>
    public static IReadOnlyList<Violation> Violations(RocketMQInstance instance)
    {
        var violations = Validation.Of(instance, before: null, InstanceRules.All);
        return violations.Count > 0
            ? violations
            :
            [
                .. PodTemplates.Violations(
                    instance.Spec.NameServers.PodTemplate,
                    "spec.nameServers.podTemplate",
                    NameServerStatefulSet.Container
                ),
                .. PodTemplates.Violations(
                    instance.Spec.Brokers.PodTemplate,
                    "spec.brokers.podTemplate",
                    BrokerStatefulSet.Container
                ),
            ];
    }
}
