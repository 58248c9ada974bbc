using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Operator.Plan.Diff;

namespace Operator.Control.Apply;

/// <summary>
/// Statuses of which the API server kept less than it was sent, because the definition in the cluster is older than
/// this program: sending one again would change nothing, for ever. Any thread may ask.
/// </summary>
sealed class DroppedFields
{
    /// <summary>
    /// Far more objects than one install looks after; 200 bytes each. What comes on top is sent in each pass.
    /// </summary>
    const int ObjectsMax = 20_000;

    readonly ConcurrentDictionary<string, Answer> _answers = new();

    /// <summary>Whether an object that is sent this now would be what it is already.</summary>
    /// <param name="uid">The object.</param>
    /// <param name="wanted">What would be sent.</param>
    /// <param name="held">What it holds.</param>
    public bool AreAllThatIsMissing(string uid, JsonNode wanted, JsonNode? held) =>
        _answers.TryGetValue(uid, out var answer) && answer == new Answer(HashOf(wanted), HashOf(held));

    /// <summary>Notes what became of what was sent.</summary>
    public void Answered(string uid, JsonNode sent, JsonNode? kept)
    {
        if (JsonNode.DeepEquals(sent, kept))
            Forget(uid);
        else if (_answers.Count < ObjectsMax || _answers.ContainsKey(uid))
            _answers[uid] = new Answer(HashOf(sent), HashOf(kept));
    }

    /// <summary>An object is gone.</summary>
    public void Forget(string uid) => _answers.TryRemove(uid, out _);

    static string HashOf(JsonNode? node) => Fingerprint.OfText(node?.ToJsonString() ?? "");

    readonly record struct Answer(string Sent, string Kept);
}
