using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <summary>
/// One received request. The object is reused by its connection: neither it nor its spans may be kept beyond the call
/// of
/// <see cref="IRequestProcessor.Process"/>. To answer later keep <see cref="Token"/>, which is a value.
/// </summary>
public sealed class Request
{
    readonly Header header;
    byte[] buffer = [];
    int bodyStart;
    int bodyLength;
    ReplyToken token;

    internal Request(Connection connection, Header header)
    {
        Connection = connection;
        this.header = header;
    }

    /// <summary>The connection that the request came on.</summary>
    public Connection Connection { get; }

    /// <summary>What is asked for. Any number may come.</summary>
    public RequestCode Code => (RequestCode)header.Code;

    /// <summary>The sender's language.</summary>
    public LanguageCode Language => header.Language;

    /// <summary>The sender's version, see <see cref="ClientVersion"/>.</summary>
    public int Version => header.Version;

    /// <summary>The sender's number for this request.</summary>
    public int Opaque => header.Opaque;

    /// <summary>The sender wants no answer. Answering is still allowed and does nothing.</summary>
    public bool IsOneway => header.IsOneway;

    /// <summary>How the header was written.</summary>
    public SerializeType SerializeType => header.SerializeType;

    /// <summary>The UTF-8 remark, empty for none.</summary>
    public ReadOnlySpan<byte> Remark => header.Remark;

    /// <summary>The ext fields.</summary>
    public Fields Fields => header.Fields;

    /// <summary>The body, empty for none.</summary>
    public ReadOnlySpan<byte> Body => buffer.AsSpan(bodyStart, bodyLength);

    /// <summary>
    /// What is needed to answer, now or later, from any thread, exactly once. Every request must be answered, and a
    /// one-way one at least be dismissed: until then it counts against the limits of its connection. Who takes it has
    /// promised to answer.
    /// </summary>
    public ReplyToken Token
    {
        get
        {
            IsDeferred = true;
            return token;
        }
    }

    /// <summary>
    /// Leaves the request unanswered where it was received: nothing more is read from its connection until
    /// <see cref="Remoting.Connection.Resume"/>, and the processor is called again with it then. What the call did so
    /// far must be repeatable. False: it, or the request in front of it, has waited so often and long that
    /// <paramref name="limit"/> is over.
    /// </summary>
    /// <param name="limit">How long requests that were received together may wait, until one of them is served.</param>
    /// <param name="left">What is left of that; the connection has to be resumed in this time.</param>
    public bool TryPostpone(TimeSpan limit, out TimeSpan left) => IsPostponed = Connection.TryPostpone(limit, out left);

    internal bool IsPostponed { get; private set; }

    internal bool IsAnswered { get; private set; }

    internal bool IsDeferred { get; private set; }

    /// <summary>A reader of typed fields that remembers what was wrong.</summary>
    public FieldReader Read() => new(header.Fields);

    /// <summary>
    /// Begins the answer; <see cref="ReplyWriter.Send()"/> ends it. The remark is UTF-8, empty for none.
    /// </summary>
    public ReplyWriter Begin(ResponseCode code, ReadOnlySpan<byte> remark = default)
    {
        IsAnswered = true;
        return token.Begin(code, remark);
    }

    /// <summary>Answers with a code and an optional remark, without fields and body.</summary>
    public void Reply(ResponseCode code, string? remark = null)
    {
        IsAnswered = true;
        token.Reply(code, remark);
    }

    /// <summary>Answers 0 with a body.</summary>
    public void Reply(ReadOnlySpan<byte> body)
    {
        IsAnswered = true;
        token.Begin(ResponseCode.Success).Send(body);
    }

    /// <summary>For logs.</summary>
    public override string ToString() =>
        $"{Code} opaque {Opaque} from {Connection.RemoteEndPoint} {Encoding.UTF8.GetString(Remark)}";

    internal void Load(byte[] source, int body, int length, in ReplyToken reply)
    {
        buffer = source;
        bodyStart = body;
        bodyLength = length;
        token = reply;
        IsAnswered = false;
        IsDeferred = false;
        IsPostponed = false;
    }
}
