using System.Text;
using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>One state of an object. It never changes: a write stores a new one.</summary>
internal sealed class StoredObject
{
    readonly JsonObject json;

    public StoredObject(ResourceType type, ObjectName name, JsonObject json)
    {
        (Type, Name) = (type, name);
        Bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        this.json = (JsonObject)JsonNode.Parse(Bytes)!;
    }

    public ResourceType Type { get; }

    public ObjectName Name { get; }

    /// <summary>Only read, and only under the store's lock; see <see cref="Copy"/>.</summary>
    public JsonObject Json => json;

    /// <summary>What answers and watches send.</summary>
    public byte[] Bytes { get; }

    public string Uid => (string?)json["metadata"]?["uid"] ?? "";

    public long Version => long.Parse((string)json["metadata"]!["resourceVersion"]!);

    public bool IsBeingDeleted => json["metadata"]?["deletionTimestamp"] is not null;

    public bool HasFinalizers => json["metadata"]?["finalizers"] is JsonArray { Count: > 0 };

    public JsonObject Copy() => (JsonObject)json.DeepClone();
}
