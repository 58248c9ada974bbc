using System.Text.Json.Serialization;

namespace Operator.Api.Instances;

/// <summary>A pod in one word.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplicaState>))]
public enum ReplicaState
{
    /// <summary>There is no such pod.</summary>
    Missing,

    /// <summary>It is scheduled, pulled, started or recovering.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>It cannot start, or did not become ready in its time.</summary>
    Failing,

    /// <summary>It is going.</summary>
    Terminating,
}
