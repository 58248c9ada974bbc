using k8s.Models;
using Operator.Plan.Instances.Children;

namespace Operator.Plan.Instances;

/// <summary>What brokers are granted, for who has to hold it in order to grant it.</summary>
public static class BrokerRules
{
    /// <summary>The rules of an instance's Role, for no group in particular and every platform.</summary>
    public static IReadOnlyList<V1PolicyRule> All { get; } = [.. BrokerAccess.Rules([], restrictedSlices: true)];
}
