using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;
using Operator.KubeClient.Transport;

namespace Operator.KubeClient.Resources;

/// <summary>
/// Reads the lines of a watch, each <c>{"type": …, "object": …}</c>, once and from the bytes that arrived.
/// </summary>
internal static class WatchReader
{
    /// <summary>etcd refuses objects beyond 1.5 MiB; escaping can make that longer, though never so long.</summary>
    const int MaxLineBytes = 16 << 20;

    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        ApiTransport transport,
        ApiRequest request,
        Action? opened,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : IKubernetesObject<V1ObjectMeta>
    {
        await using var stream = await transport.OpenAsync(request, cancellationToken);
        opened?.Invoke();
        var pipe = PipeReader.Create(stream.Content, new StreamPipeReaderOptions(leaveOpen: true));
        long searched = 0;
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(stream.Token);
                var buffer = read.Buffer;
                while (TakeLine(ref buffer, ref searched, read.IsCompleted, out var line))
                {
                    if (TryParse<T>(line, out var parsed))
                        yield return parsed;
                }
                if (buffer.Length > MaxLineBytes)
                    throw new InvalidDataException(
                        $"{request.Path}: a watch event is longer than {MaxLineBytes} bytes"
                    );
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    // What follows the last line break is a line of its own only when the stream ended in order and it is whole.
    // What was searched before is not searched again when more of a long line arrives.
    static bool TakeLine(
        ref ReadOnlySequence<byte> buffer,
        ref long searched,
        bool isCompleted,
        out ReadOnlySequence<byte> line
    )
    {
        if (buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
        {
            searched = 0;
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        searched = buffer.Length;
        line = buffer;
        if (!isCompleted || buffer.IsEmpty)
            return false;
        searched = 0;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    /// <exception cref="KubernetesException">The event is an error.</exception>
    /// <exception cref="JsonException">The line is torn or none of a watch.</exception>
    static bool TryParse<T>(ReadOnlySequence<byte> line, out WatchEvent<T> parsed)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        parsed = default;
        if (line.IsEmpty)
            return false;
        var reader = new Utf8JsonReader(line);
        var late = default(Utf8JsonReader);
        var isLate = false;
        WatchEventType? type = null;
        T? value = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a watch event must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
                type = TypeOf(ref reader);
            else if (isObject && type is { } known)
                value = Value<T>(ref reader, known);
            else
            {
                // The type decides what the object is; where it comes second, the object is read from a copy of the
                // reader.
                if (isObject)
                {
                    late = reader;
                    isLate = true;
                }
                reader.Skip();
            }
        }
        if (isLate && type is { } after)
            value = Value<T>(ref late, after);
        if (type is null || value is null)
            return false; // an event of a kind that this client does not know
        parsed = new WatchEvent<T>(type.Value, value);
        return true;
    }

    static WatchEventType? TypeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) ? WatchEventType.Added
        : reader.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Modified
        : reader.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchEventType.Error
        : null;

    static T? Value<T>(ref Utf8JsonReader reader, WatchEventType type)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var options = KubernetesJson.Options;
        if (type != WatchEventType.Error)
            return JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        var status = JsonSerializer.Deserialize(
            ref reader,
            (JsonTypeInfo<V1Status>)options.GetTypeInfo(typeof(V1Status))
        );
        throw new KubernetesException(status ?? new V1Status());
    }
}
