namespace k8s.Models;

/// <summary>
/// A change to an object: the body as text, UTF-8 bytes, <see cref="System.Text.Json.Nodes.JsonNode"/> or a model.
/// Models leave out what is null, so a merge patch that removes a field must be a JSON node.
/// </summary>
public sealed class V1Patch
{
    public V1Patch(object body, PatchType type)
    {
        ArgumentNullException.ThrowIfNull(body);
        Content = body;
        Type = type;
    }

    /// <summary>Each is a media type of its own.</summary>
    public enum PatchType
    {
        Unknown,

        /// <summary>RFC 6902; with <c>test</c> operations the safest for lists.</summary>
        JsonPatch,

        /// <summary>RFC 7386; lists are replaced whole.</summary>
        MergePatch,

        /// <summary>Only for built-in kinds; not understood by custom resources.</summary>
        StrategicMergePatch,

        /// <summary>Server-side apply; needs a field manager.</summary>
        ApplyPatch,
    }

    public object Content { get; }

    public PatchType Type { get; }
}
