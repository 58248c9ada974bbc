using System.Text.Json.Serialization;

namespace Operator.Api.Topics;

/// <summary>
/// The kind of messages of a topic; the attribute <c>message.type</c> of its configuration on the broker.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageType>))]
public enum MessageType
{
    /// <summary>In no particular order.</summary>
    Normal,

    /// <summary>In order of the queue that the producer chooses, usually by a sharding key.</summary>
    PartitionedOrder,

    /// <summary>In order altogether: one queue.</summary>
    GlobalOrder,

    /// <summary>Delivered once the sender's transaction is committed.</summary>
    Transaction,

    /// <summary>Delivered at a later time.</summary>
    Delay,
}
