using System.Text;
using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>One state of an object. It never changes: a write stores a new one.</summary>
internal sealed class StoredObject(ResourceType type, ObjectName name, JsonObject json)
{
    public ResourceType Type => type;

    public ObjectName Name => name;

    /// <summary>Only read, and only under the store's lock; see <see cref="Copy"/>.</summary>
    public JsonObject Json => json;

    /// <summary>What answers and watches send.</summary>
    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(json.ToJsonString());

    public string Uid => (string?)json["metadata"]?["uid"] ?? "";

    public long Version => long.Parse((string)json["metadata"]!["resourceVersion"]!);

    public bool IsBeingDeleted => json["metadata"]?["deletionTimestamp"] is not null;

    public bool HasFinalizers => json["metadata"]?["finalizers"] is JsonArray { Count: > 0 };

    public JsonObject Copy() => (JsonObject)json.DeepClone();
}
