namespace Broker.Protocol.Headers;

/// <summary>
/// One decoded header, reused from frame to frame. Its texts point into the buffer that was decoded and share its life.
/// </summary>
public sealed class Header
{
    /// <summary>Bit 0 of <see cref="Flag"/>: this answers the request with the same <see cref="Opaque"/>.</summary>
    public const int ResponseFlag = 1;

    /// <summary>Bit 1 of <see cref="Flag"/>: the sender wants no answer, whatever happens.</summary>
    public const int OnewayFlag = 2;

    byte[] buffer = [];
    int remarkStart;
    int remarkLength;

    /// <summary>How the header was written; its answer is written the same way.</summary>
    public SerializeType SerializeType { get; internal set; }

    /// <summary>The request's or the response's code.</summary>
    public int Code { get; internal set; }

    /// <summary>The sender's language.</summary>
    public LanguageCode Language { get; internal set; }

    /// <summary>The sender's protocol version, see <see cref="ClientVersion"/>.</summary>
    public int Version { get; internal set; }

    /// <summary>The sender's number for this request; answers repeat it. May be negative.</summary>
    public int Opaque { get; internal set; }

    /// <summary>The flag bits as sent.</summary>
    public int Flag { get; internal set; }

    /// <summary>Whether this is an answer.</summary>
    public bool IsResponse => (Flag & ResponseFlag) != 0;

    /// <summary>Whether no answer is wanted.</summary>
    public bool IsOneway => (Flag & OnewayFlag) != 0;

    /// <summary>The UTF-8 remark, empty when there is none.</summary>
    public ReadOnlySpan<byte> Remark => buffer.AsSpan(remarkStart, remarkLength);

    /// <summary>The ext fields.</summary>
    public Fields Fields { get; } = new();

    internal void Reset(byte[] source, SerializeType type)
    {
        buffer = source;
        SerializeType = type;
        Code = 0;
        Language = LanguageCode.Other;
        Version = 0;
        Opaque = 0;
        Flag = 0;
        remarkStart = 0;
        remarkLength = 0;
        Fields.Reset(source);
    }

    internal void SetRemark(int start, int length)
    {
        remarkStart = start;
        remarkLength = length;
    }
}
