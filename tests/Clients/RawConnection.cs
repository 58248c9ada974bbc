using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clients;

/// <summary>
/// One socket that speaks remoting with JSON headers, one request at a time. Written against the protocol and not
/// against our own library, so that both cannot be wrong in the same way.
/// </summary>
/// <remarks>
/// A frame: total length of the rest (4 bytes, big endian), header type (1 byte, 0 = JSON) and header length (3
/// bytes), header, body.
/// </remarks>
public sealed class RawConnection : IAsyncDisposable
{
    readonly TcpClient client = new();

    public static async Task<RawConnection> OpenAsync(string address)
    {
        var colon = address.LastIndexOf(':');
        var connection = new RawConnection();
        await connection.client.ConnectAsync(address[..colon], int.Parse(address.AsSpan(colon + 1)));
        return connection;
    }

    /// <summary>Sends one request and reads its answer. Gives up after ten seconds.</summary>
    public async Task<RawAnswer> AskAsync(int code, JsonObject fields, ReadOnlyMemory<byte> body = default)
    {
        var header = new JsonObject
        {
            ["code"] = code,
            ["language"] = "JAVA",
            ["version"] = 401,
            ["opaque"] = 1,
            ["flag"] = 0,
            ["extFields"] = fields,
        };
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var stream = client.GetStream();
        await stream.WriteAsync(Frame(JsonSerializer.SerializeToUtf8Bytes(header), body.Span), deadline.Token);
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, deadline.Token);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(rest, deadline.Token);
        return Parse(rest);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    static byte[] Frame(byte[] header, ReadOnlySpan<byte> body)
    {
        var frame = new byte[8 + header.Length + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), header.Length);
        header.CopyTo(frame, 8);
        body.CopyTo(frame.AsSpan(8 + header.Length));
        return frame;
    }

    static RawAnswer Parse(byte[] rest)
    {
        var headerLength = BinaryPrimitives.ReadInt32BigEndian(rest) & 0x00FF_FFFF;
        var header = JsonNode.Parse(rest.AsSpan(4, headerLength))!.AsObject();
        return new RawAnswer(
            (int)header["code"]!,
            (string?)header["remark"] ?? "",
            header["extFields"] as JsonObject ?? [],
            rest[(4 + headerLength)..]
        );
    }
}
