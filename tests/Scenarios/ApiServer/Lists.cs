using System.Buffers;
using System.Text;

namespace Scenarios.ApiServer;

/// <summary>
/// Lists in pages. What the first page saw is what the others show; an older list than the last few is forgotten.
/// </summary>
internal sealed class Lists(ObjectStore store, int openLists)
{
    readonly Queue<(string Token, long Version, List<StoredObject> Left)> open = [];
    int tokens;

    /// <summary>Every list that is being read is forgotten: the next page is answered with 410.</summary>
    public void Forget() => open.Clear();

    public byte[] Read(ResourceType type, string? @namespace, Selector selector, int limit, string? token)
    {
        long version;
        List<StoredObject> rest;
        if (string.IsNullOrEmpty(token))
            (version, rest) = (store.Version, [.. store.List(type, @namespace).Where(o => selector.Matches(o.Json))]);
        else
        {
            var known = open.FirstOrDefault(o => o.Token == token);
            if (known.Left is null)
                throw ApiException.Expired(
                    "The provided continue parameter is too old to display a consistent list result."
                );
            (version, rest) = (known.Version, known.Left);
        }
        var page = limit > 0 ? rest.Take(limit).ToList() : rest;
        return Write(type, version, page, Remember(version, [.. rest.Skip(page.Count)]), rest.Count - page.Count);
    }

    string? Remember(long version, List<StoredObject> rest)
    {
        if (rest.Count == 0)
            return null;
        var token = $"page-{++tokens}";
        open.Enqueue((token, version, rest));
        if (open.Count > openLists)
            open.Dequeue();
        return token;
    }

    static byte[] Write(ResourceType type, long version, List<StoredObject> page, string? token, int remaining)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var next = token is null ? "" : $",\"continue\":\"{token}\",\"remainingItemCount\":{remaining}";
        buffer.Write(
            Encoding.UTF8.GetBytes(
                $"{{\"kind\":\"{type.Kind}List\",\"apiVersion\":\"{type.ApiVersion}\","
                    + $"\"metadata\":{{\"resourceVersion\":\"{version}\"{next}}},\"items\":["
            )
        );
        for (var i = 0; i < page.Count; i++)
        {
            if (i > 0)
                buffer.Write(","u8);
            // As from the real server, built-in kinds come without their names in lists; custom resources keep them.
            var json = page[i].Copy();
            if (type.Schema is null)
            {
                json.Remove("kind");
                json.Remove("apiVersion");
            }
            buffer.Write(Encoding.UTF8.GetBytes(json.ToJsonString()));
        }
        buffer.Write("]}"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
