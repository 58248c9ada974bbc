using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>Limits of an instance.</summary>
public sealed record LimitsSpec
{
    /// <summary>A remoting frame holds 16 MiB with its header and properties, so a body can have 15.</summary>
    public const int MessageBytesMaximum = 15 * 1024 * 1024;

    /// <summary>Apache's <c>maxMessageSize</c>.</summary>
    [Description("Largest message body in bytes; a larger one is refused with code 13.")]
    [RangeMinimum(1024)]
    [RangeMaximum(MessageBytesMaximum)]
    [DefaultValue(4194304)]
    public int MessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many topics may be declared; absent: no limit.</summary>
    [Description(
        "Number of topics that may be declared by Topic resources; absent: no limit. Topics that exist stay "
            + "when it is lowered."
    )]
    [RangeMinimum(1)]
    [RangeMaximum(100000)]
    public int? Topics { get; set; }
}
