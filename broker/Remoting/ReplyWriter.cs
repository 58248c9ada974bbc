using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <summary>
/// Writes one answer: fields first, then one of the <c>Send</c> methods, which hands it to the connection. The answer
/// has
/// the header type of its request. Sent together with everything else that this thread answers in the same batch.
/// </summary>
public ref struct ReplyWriter
{
    readonly ReplyToken token;
    readonly ResponseCode code;
    FrameWriter frame;

    internal ReplyWriter(scoped in ReplyToken token, ResponseCode code, ReadOnlySpan<byte> remark)
    {
        this.token = token;
        this.code = code;
        // Clients of other languages know only some names of languages; all of them know the reference's own.
        frame = new FrameWriter(
            token.SerializeType,
            (int)code,
            LanguageCode.Java,
            ClientVersion.Current,
            token.Opaque,
            Header.ResponseFlag,
            remark
        );
    }

    /// <summary>Adds a field with a UTF-8 value.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value) => frame.Field(name, value);

    /// <summary>Adds a number.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, long value) => frame.Field(name, value);

    /// <summary>Adds a truth value.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, bool value) => frame.Field(name, value);

    /// <summary>Adds a text.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, string value) => frame.Field(name, value);

    /// <summary>Adds a field whose name somebody else chose; see <see cref="FrameWriter.ForeignField"/>.</summary>
    public void ForeignField(string name, string value) => frame.ForeignField(name, value);

    /// <summary>Sends the answer without a body.</summary>
    public void Send() => Send(default(ReadOnlySpan<byte>));

    /// <summary>Sends the answer with a body, which is copied.</summary>
    public void Send(scoped ReadOnlySpan<byte> body)
    {
        frame.Finish(body.Length, body);
        token.Connection.Answer(token, code, frame.Written, null);
        frame.Free();
    }

    /// <summary>
    /// Sends the answer with a body that stays where it is until it was sent; small ones are copied at once.
    /// </summary>
    public void Send(IReplyBody body)
    {
        frame.Finish(body.Length);
        token.Connection.Answer(token, code, frame.Written, body);
        frame.Free();
    }
}
