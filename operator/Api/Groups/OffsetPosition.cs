using System.Text.Json.Serialization;

namespace Operator.Api.Groups;

/// <summary>Where a group's position is set to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OffsetPosition>))]
public enum OffsetPosition
{
    /// <summary>Behind the last message: what waits is skipped.</summary>
    Latest,

    /// <summary>The first message that is kept.</summary>
    Earliest,

    /// <summary>The first message stored at or after a time.</summary>
    Timestamp,
}
