using System.Globalization;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Groups;

/// <summary>A wish to set a group's position in a topic. Each id is carried out once.</summary>
public sealed record OffsetResetSpec
{
    /// <summary>What a time looks like: RFC 3339 in UTC, with seconds.</summary>
    public const string TimePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";

    /// <summary>The same, as a format.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Names the wish.</summary>
    [Description(
        "Any text that was not used for this group before, for example today's date: every id is carried out once, and "
            + "another id is another reset. One of the last 32 that comes back, as by an older manifest, is refused."
    )]
    [Required]
    [Length(1, 63)]
    public string Id { get; set; } = "";

    /// <summary>The topic's name, as clients use it.</summary>
    [Description("The topic, by the name that clients use, in which the position is set.")]
    [Required]
    [Length(1, 127)]
    public string Topic { get; set; } = "";

    /// <summary>The position.</summary>
    [Description(
        "Latest: behind the last message, so that what waits is skipped. Earliest: the first message that is kept. "
            + "Timestamp: the first message that was stored at or after time, which must not lie before the first or "
            + "after the last message of the topic that is kept."
    )]
    [Required]
    public OffsetPosition To { get; set; }

    /// <summary>For Timestamp.</summary>
    [Description("With Timestamp only: a time in UTC, for example 2026-01-31T08:00:00Z.")]
    [Length(20, 20)]
    [Pattern(TimePattern)]
    public string? Time { get; set; }

    /// <summary>Milliseconds since 1970 as code 222 takes them, -1 for the end; null when the time is none.</summary>
    public long? Timestamp() =>
        To switch
        {
            OffsetPosition.Latest => -1,
            OffsetPosition.Earliest => 0,
            _ when DateTimeOffset.TryParseExact(
                    Time,
                    TimeFormat,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var time
                ) => time.ToUnixTimeMilliseconds(),
            _ => null,
        };
}
