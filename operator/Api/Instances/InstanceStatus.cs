using k8s.Models;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>
/// What was seen of an instance. Holds no clocks, counters or lags: equal states give equal statuses.
/// </summary>
public sealed record InstanceStatus
{
    /// <summary><c>MQ_INST_digits_id</c>, derived from the uid.</summary>
    [Description("Identifier of the instance in the form MQ_INST_number_id. Stable as long as the resource lives.")]
    [Length(-1, 64)]
    public string? InstanceId { get; set; }

    /// <summary>A summary for people.</summary>
    [Description("One word for people. Programs read the conditions.")]
    [DefaultValue("Pending")]
    public InstancePhase Phase { get; set; }

    /// <summary>The version that the brokers say they run.</summary>
    [Description("Version that name servers and brokers run.")]
    [Length(-1, 128)]
    public string? Version { get; set; }

    /// <summary>
    /// The generation of the spec that this status speaks of, whether it could be carried out or not.
    /// </summary>
    [Description("Generation of the spec that this status speaks of, whether it could be carried out or not.")]
    public long? ObservedGeneration { get; set; }

    /// <summary>The spec by which the operator repairs while the current one is invalid.</summary>
    [Description(
        "The last spec that was valid and accepted, as JSON. While spec is invalid, the operator repairs objects by it."
    )]
    [Length(-1, 262144)]
    public string? LastValidSpec { get; set; }

    /// <summary>The conditions, by type.</summary>
    [Description("Conditions; Ready is True only when everything that spec asks for was applied and serves.")]
    [Items(-1, 16)]
    [XListType(XListType.Map)]
    [XListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; set; }

    /// <summary>Where clients and monitoring connect.</summary>
    [Description("Addresses for clients and monitoring.")]
    public EndpointsStatus? Endpoints { get; set; }

    /// <summary>Ready and wanted, as text.</summary>
    [Description("Name servers that are ready, of those that are wanted: 2/2.")]
    [Length(-1, 16)]
    public string? NameServers { get; set; }

    /// <summary>Ready and wanted, as text.</summary>
    [Description("Brokers that are ready, of those that are wanted: 6/6.")]
    [Length(-1, 16)]
    public string? Brokers { get; set; }

    /// <summary>The broker groups by number.</summary>
    [Description("The broker groups.")]
    [Items(-1, 100)]
    [XListType(XListType.Map)]
    [XListMapKeys("name")]
    public IReadOnlyList<BrokerGroupStatus>? Groups { get; set; }

    /// <summary>
    /// ClusterIP by Service name; asked for again when a Service has to be re-created, because clients store
    /// addresses.
    /// </summary>
    [Description(
        "Cluster addresses of the brokers' Services, by name. They are kept because clients and message ids hold them."
    )]
    [PropertyLimits(-1, 1000)]
    [ItemLength(64)]
    public IReadOnlyDictionary<string, string>? Addresses { get; set; }
}
