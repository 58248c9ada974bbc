using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>
/// How long messages are kept; Apache's <c>fileReservedTime</c>, <c>deleteWhen</c> and <c>diskMaxUsedSpaceRatio</c>.
/// </summary>
public sealed record RetentionSpec
{
    /// <summary>Hours or days, for example <c>72h</c> or <c>3d</c>.</summary>
    [Description("Age at which messages may be deleted, in hours or days: 72h, 3d.")]
    [Pattern(RetentionTime.Pattern)]
    [Length(2, 6)]
    [DefaultValue("72h")]
    public string Time { get; set; } = "72h";

    /// <summary>The hour at which old messages are deleted.</summary>
    [Description(
        "Hour of the day, in the broker's time zone (UTC unless TZ is set), at which old messages are deleted: 04:00."
    )]
    [Pattern("^([01][0-9]|2[0-3]):00$")]
    [Length(5, 5)]
    [DefaultValue("04:00")]
    public string DeleteAt { get; set; } = "04:00";

    /// <summary>Per cent of the volume.</summary>
    [Description("Use of the volume, in per cent, at which the oldest messages are deleted at any hour.")]
    [RangeMinimum(10)]
    [RangeMaximum(95)]
    [DefaultValue(75)]
    public int DiskRatioLimit { get; set; } = 75;
}
