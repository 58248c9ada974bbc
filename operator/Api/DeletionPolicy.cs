using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>What happens to the thing that a resource stands for when the resource is deleted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeletionPolicy>))]
public enum DeletionPolicy
{
    /// <summary>It stays, and is found again by a resource of the same name.</summary>
    Retain,

    /// <summary>It goes too.</summary>
    Delete,
}
