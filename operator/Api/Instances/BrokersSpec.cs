using System.Text.Json.Nodes;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>The brokers of an instance, in groups that share nothing but the topics.</summary>
public sealed record BrokersSpec
{
    /// <summary>How many groups; a topic has queues on each.</summary>
    [Description(
        "Number of broker groups. Topics are spread over all groups, so more groups carry more messages. "
            + "A group that may hold messages is never removed: a lower number is reported and not carried out."
    )]
    [RangeMinimum(1)]
    [RangeMaximum(64)]
    [DefaultValue(1)]
    public int Groups { get; set; } = 1;

    /// <summary>Brokers in a group; one, until replication exists.</summary>
    [Description("Brokers in each group. Must be 1: this version does not replicate.")]
    [RangeMinimum(1)]
    [RangeMaximum(9)]
    [DefaultValue(1)]
    public int Replicas { get; set; } = 1;

    /// <summary>When a send is answered.</summary>
    [Description(
        "Async: a send is answered when the message is in the page cache; it survives the death of the "
            + "process, not a power cut. "
            + "Sync: it is answered when the message is on the disk."
    )]
    [DefaultValue("Async")]
    public FlushMode Flush { get; set; } = FlushMode.Async;

    /// <summary>The volume of each broker.</summary>
    [Description("The volume of each broker.")]
    [DefaultValue("{}", Json = true)]
    public StorageSpec Storage { get; set; } = new();

    /// <summary>How long messages are kept.</summary>
    [Description("How long messages are kept, consumed or not.")]
    [DefaultValue("{}", Json = true)]
    public RetentionSpec Retention { get; set; } = new();

    /// <summary>Broker configuration by Apache's keys.</summary>
    [Description(
        "Further broker configuration, with the keys of Apache RocketMQ's broker.conf. All values are "
            + "strings: quote numbers and booleans. "
            + "Keys that the operator sets from other fields are refused."
    )]
    [PropertyLimits(-1, 100)]
    [ItemLength(1024)]
    public IReadOnlyDictionary<string, string>? Config { get; set; }

    /// <summary>CPU and memory of one broker.</summary>
    [Description("CPU and memory of each broker. Memory beyond the heap holds the messages that consumers read.")]
    [DefaultValue("""{"requests":{"cpu":"100m","memory":"512Mi"},"limits":{"memory":"2Gi"}}""", Json = true)]
    public ResourcesSpec Resources { get; set; } = ResourcesSpec.Of("100m", "512Mi", "2Gi");

    /// <summary>
    /// What Kubernetes offers for pods and this resource does not repeat; checked by the API server when it is
    /// applied.
    /// </summary>
    [Description(
        "A Kubernetes pod template that is merged into the one of the operator: nodeSelector, tolerations, "
            + "affinity, labels, annotations, "
            + "extra containers and volumes. Lists of named things are merged by name; the container is called broker."
    )]
    [PreserveUnknownFields]
    public JsonObject? PodTemplate { get; set; }
}
