using System.Text.Json.Serialization;

namespace Operator.Api.Groups;

/// <summary>
/// How many messages wait for a group, coarsely, because a status is written only when a person should look again.
/// Exact figures are metrics of the brokers.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<Backlog>))]
public enum Backlog
{
    /// <summary>Fewer than 1,000.</summary>
    Low,

    /// <summary>1,000 and more.</summary>
    Thousands,

    /// <summary>100,000 and more.</summary>
    HundredThousands,

    /// <summary>10 million and more.</summary>
    Millions,
}
