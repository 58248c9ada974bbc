using System.Text.Json.Serialization;

namespace Operator.Api.Groups;

/// <summary>How far an offset reset is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OffsetResetState>))]
public enum OffsetResetState
{
    /// <summary>Some broker groups still have to be told.</summary>
    Pending,

    /// <summary>All broker groups have carried it out; it is not repeated.</summary>
    Done,

    /// <summary>
    /// The time lies outside of what is kept, or the group is broadcast to, or the id was used before: nothing was set,
    /// and only another id sets anything.
    /// </summary>
    Refused,
}
