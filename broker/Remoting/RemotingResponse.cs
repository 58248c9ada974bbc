using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <summary>The answer to a request of ours. Owns its memory and may be kept.</summary>
public sealed class RemotingResponse
{
    internal RemotingResponse(Header header, ReadOnlySpan<byte> body)
    {
        Code = (ResponseCode)header.Code;
        Remark = header.Remark.IsEmpty ? null : Encoding.UTF8.GetString(header.Remark);
        Fields = header.Fields.ToDictionary();
        Language = header.Language;
        Version = header.Version;
        Body = body.ToArray();
    }

    /// <summary>How it ended.</summary>
    public ResponseCode Code { get; }

    /// <summary>What the server says about it, null for nothing.</summary>
    public string? Remark { get; }

    /// <summary>The server's language.</summary>
    public LanguageCode Language { get; }

    /// <summary>The server's version.</summary>
    public int Version { get; }

    /// <summary>The ext fields.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>The body, empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>A numeric field, <paramref name="absent"/> when it is missing or not a number.</summary>
    public long Long(string name, long absent = 0) =>
        Fields.TryGetValue(name, out string? text) && long.TryParse(text, out long value) ? value : absent;

    /// <summary>Throws what the server said unless the code is 0.</summary>
    public RemotingResponse EnsureSuccess() =>
        Code == ResponseCode.Success ? this : throw new RefusedException(Code, Remark ?? $"code {(int)Code}");
}
