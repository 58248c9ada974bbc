using k8s.Models;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>What the planning of Topics and Groups has in common, taken out of the resource.</summary>
sealed record RemoteSubject<TSettings>
    where TSettings : struct
{
    /// <summary>Topic or Group.</summary>
    public required ResourceKinds Kind { get; init; }

    /// <summary>What it is called in messages: topic, group.</summary>
    public required string Word { get; init; }

    public required V1ObjectMeta Metadata { get; init; }

    public required InstanceReference Reference { get; init; }

    /// <summary>The name on the brokers.</summary>
    public required string RealName { get; init; }

    public required DeletionPolicy DeletionPolicy { get; init; }

    public required Management Management { get; init; }

    /// <summary>The conditions that were written last.</summary>
    public required IReadOnlyList<V1Condition>? Before { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>What a person should know though all serves; null for nothing.</summary>
    public Verdict? Warning { get; init; }

    /// <summary>Whether brokers of this instance use the name themselves.</summary>
    public required Func<RocketMQInstance, bool> IsReserved { get; init; }

    /// <summary>How many of the kind the instance admits; null for no limit.</summary>
    public required Func<RocketMQInstance, int?> Limit { get; init; }

    /// <summary>How a broker's settings differ from the wanted ones: <c>4 queues instead of 8</c>.</summary>
    public required Func<TSettings, TSettings, IEnumerable<string>> Differences { get; init; }

    /// <summary>What the broker group of that index should hold, given what it holds.</summary>
    public required Func<int, TSettings?, Wish<TSettings>> Wish { get; init; }
}
