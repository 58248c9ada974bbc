using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>
/// What a person wants of an instance. Every member has the default that the CRD states. Properties of specs can be set
/// because generated JSON code would overwrite the defaults of <c>init</c> properties (EntityJsonTests).
/// </summary>
public sealed record InstanceSpec
{
    /// <summary>The image of name servers and brokers; absent: the one that the operator was released with.</summary>
    [Description(
        "Image of name servers and brokers. Absent: the image that this operator was released with. "
            + "A change is shown by the condition PodsOutdated until the pods are replaced."
    )]
    [Length(1, 512)]
    public string? Image { get; set; }

    /// <summary>The name servers.</summary>
    [Description(
        "Name servers tell clients which broker has which topic. They keep nothing that cannot be told to them again."
    )]
    [DefaultValue("{}", Json = true)]
    public NameServersSpec NameServers { get; set; } = new();

    /// <summary>The brokers.</summary>
    [Description("Brokers store messages and deliver them.")]
    [DefaultValue("{}", Json = true)]
    public BrokersSpec Brokers { get; set; } = new();

    /// <summary>Limits that protect the instance.</summary>
    [Description("Limits that protect the instance from its clients.")]
    [DefaultValue("{}", Json = true)]
    public LimitsSpec Limits { get; set; } = new();

    /// <summary>Who may declare topics and groups in it.</summary>
    [Description("Who may declare Topics and Groups of this instance.")]
    [DefaultValue("{}", Json = true)]
    public AccessSpec Access { get; set; } = new();

    /// <summary>True: the operator observes and changes nothing.</summary>
    [Description(
        "True: the operator goes on observing, and changes nothing of this instance, its topics and its "
            + "groups until it is false again. "
            + "Brokers and clients are not affected."
    )]
    [DefaultValue(false)]
    public bool Paused { get; set; }
}
