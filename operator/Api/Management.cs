using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>Whether the operator changes brokers on behalf of a Topic or Group.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Management>))]
public enum Management
{
    /// <summary>Created, kept as specified, and deleted by policy.</summary>
    Managed,

    /// <summary>Differences are reported and nothing is changed.</summary>
    ObserveOnly,
}
