using System.Text.Json.Serialization;

namespace Operator.Api.Instances;

/// <summary>A broker's role in its group.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplicaRole>))]
public enum ReplicaRole
{
    /// <summary>Nobody holds the Lease, or it was not seen.</summary>
    Unknown,

    /// <summary>Takes sends.</summary>
    Master,

    /// <summary>Follows the master.</summary>
    Slave,
}
