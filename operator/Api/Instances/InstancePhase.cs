using System.Text.Json.Serialization;

namespace Operator.Api.Instances;

/// <summary>One word for people; programs read the conditions.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstancePhase>))]
public enum InstancePhase
{
    /// <summary>The operator has not looked yet.</summary>
    Pending,

    /// <summary>Pods are starting for the first time.</summary>
    Creating,

    /// <summary>Everything that was asked for serves.</summary>
    Running,

    /// <summary>A change is on its way.</summary>
    Updating,

    /// <summary>Something that was asked for does not serve.</summary>
    Degraded,

    /// <summary>The spec cannot be carried out as it is.</summary>
    Invalid,

    /// <summary>The operator was told to change nothing.</summary>
    Paused,

    /// <summary>The instance is being deleted.</summary>
    Deleting,
}
