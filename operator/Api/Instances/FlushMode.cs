using System.Text.Json.Serialization;

namespace Operator.Api.Instances;

/// <summary>When a send is answered; Apache's <c>flushDiskType</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FlushMode>))]
public enum FlushMode
{
    /// <summary>When the message is in the page cache.</summary>
    Async,

    /// <summary>When the message is on the disk.</summary>
    Sync,
}
