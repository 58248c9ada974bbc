using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Scenarios.ApiServer;

/// <summary>One watch that a client has open: which events it sees and what it was not sent yet.</summary>
internal sealed class OpenWatch(ResourceType type, string @namespace, Selector selector)
{
    /// <summary>A client that does not read so many events is cut off, as by the real server.</summary>
    const int Limit = 10_000;

    readonly Channel<byte[]> lines = Channel.CreateBounded<byte[]>(Limit);
    readonly CancellationTokenSource cut = new();
    volatile bool stalled;

    public ResourceType Type => type;

    public ChannelReader<byte[]> Lines => lines.Reader;

    /// <summary>Ends when the connection is to be broken.</summary>
    public CancellationToken Broken => cut.Token;

    /// <summary>The connection breaks in the middle.</summary>
    public void Cut() => cut.Cancel();

    /// <summary>The stream ends in order.</summary>
    public void End() => lines.Writer.TryComplete();

    /// <summary>The connection stays open, and nothing comes over it any more.</summary>
    public void Stall() => stalled = true;

    /// <summary>An object as it was when the watch began.</summary>
    public void Begin(StoredObject existing)
    {
        if (Covers(existing) && selector.Matches(existing.Json))
            Send("ADDED", existing.Bytes);
    }

    /// <summary>
    /// A change; what enters or leaves the selection looks like the beginning or the end of an object.
    /// </summary>
    public void Tell(StoreEvent happened)
    {
        if (!Covers(happened.Object))
            return;
        var before = happened.Previous is { } previous && selector.Matches(previous.Json);
        var after = happened.Kind != "DELETED" && selector.Matches(happened.Object.Json);
        if (!before && !after)
            return;
        var kind =
            before && after ? "MODIFIED"
            : after ? "ADDED"
            : "DELETED";
        // An object that left the selection is sent as it was, with the version of the change.
        Send(
            kind,
            kind == "DELETED" && happened.Kind != "DELETED"
                ? AsOf(happened.Previous!, happened.Version)
                : happened.Object.Bytes
        );
    }

    public void Bookmark(long version) =>
        Send(
            "BOOKMARK",
            Encoding.UTF8.GetBytes(
                $"{{\"kind\":\"{type.Kind}\",\"apiVersion\":\"{type.ApiVersion}\","
                    + $"\"metadata\":{{\"resourceVersion\":\"{version}\"}}}}"
            )
        );

    /// <summary>An error as an event; the stream ends behind it.</summary>
    public void Fail(ApiException error)
    {
        Send("ERROR", Encoding.UTF8.GetBytes(error.ToStatus().ToJsonString()));
        End();
    }

    bool Covers(StoredObject candidate) =>
        candidate.Type.Name == type.Name && (@namespace.Length == 0 || candidate.Name.Namespace == @namespace);

    void Send(string kind, byte[] json)
    {
        if (stalled)
            return;
        byte[] line =
        [
            .. "{\"type\":\""u8,
            .. Encoding.UTF8.GetBytes(kind),
            .. "\",\"object\":"u8,
            .. json,
            .. "}\n"u8,
        ];
        if (!lines.Writer.TryWrite(line))
            Cut();
    }

    static byte[] AsOf(StoredObject stored, long version)
    {
        var json = stored.Copy();
        ((JsonObject)json["metadata"]!)["resourceVersion"] = $"{version}";
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
