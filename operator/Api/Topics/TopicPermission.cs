using System.Text.Json.Serialization;

namespace Operator.Api.Topics;

/// <summary>What clients may do with a topic.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TopicPermission>))]
public enum TopicPermission
{
    /// <summary>Send and consume.</summary>
    ReadWrite,

    /// <summary>Consume only.</summary>
    ReadOnly,

    /// <summary>Send only.</summary>
    WriteOnly,
}
