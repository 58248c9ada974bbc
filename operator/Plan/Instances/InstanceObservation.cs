using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>Everything that one pass over an instance saw.</summary>
public sealed record InstanceObservation
{
    /// <summary>The resource, with the status that was written last.</summary>
    public required RocketMQInstance Instance { get; init; }

    /// <summary>The operator's own settings.</summary>
    public required PlannerSettings Settings { get; init; }

    /// <summary>What exists of it.</summary>
    public required Observed<InstanceChildren> Children { get; init; }

    /// <summary>What each name server said, by pod. One that is missing here was not asked.</summary>
    public IReadOnlyDictionary<string, Observed<NameServerView>> NameServers { get; init; } =
        new Dictionary<string, Observed<NameServerView>>();

    /// <summary>What each group's master said, by group name. One that is missing here was not asked.</summary>
    public IReadOnlyDictionary<string, Observed<BrokerView>> Brokers { get; init; } =
        new Dictionary<string, Observed<BrokerView>>();

    /// <summary>Whether the namespace is being deleted: nothing can be created in it then.</summary>
    public bool NamespaceTerminating { get; init; }

    /// <summary>The time of this pass.</summary>
    public required DateTimeOffset Now { get; init; }
}
