using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <summary>
/// The right to answer one request, once, from any thread. A value of 40 bytes that may be stored. Answering a
/// connection that has ended sends nothing, nor does answering a one-way request.
/// </summary>
public readonly struct ReplyToken
{
    readonly int frameBytes;
    readonly int flag;
    readonly SerializeType type;

    internal ReplyToken(Connection connection, Header header, int frameBytes, long received)
    {
        Connection = connection;
        this.frameBytes = frameBytes;
        flag = header.Flag;
        type = header.SerializeType;
        Code = (RequestCode)header.Code;
        Opaque = header.Opaque;
        Received = received;
    }

    /// <summary>The connection that the answer goes to.</summary>
    public Connection Connection { get; }

    /// <summary>The request's code.</summary>
    public RequestCode Code { get; }

    /// <summary>The request's number, which the answer repeats.</summary>
    public int Opaque { get; }

    /// <summary>When the request was read: a timestamp of the server's time provider.</summary>
    public long Received { get; }

    /// <summary>No answer is wanted.</summary>
    public bool IsOneway => (flag & Header.OnewayFlag) != 0;

    /// <summary>
    /// Begins the answer; <see cref="ReplyWriter.Send()"/> ends it. The remark is UTF-8, empty for none.
    /// </summary>
    public ReplyWriter Begin(ResponseCode code, ReadOnlySpan<byte> remark = default) => new(this, code, remark);

    /// <summary>Answers with a code and an optional remark, without fields and body.</summary>
    public void Reply(ResponseCode code, string? remark = null) =>
        Begin(code, remark is null ? default : Encoding.UTF8.GetBytes(remark)).Send();

    /// <summary>Says that a one-way request was dealt with; what answering it would do, without the answer.</summary>
    public void Dismiss() => Connection.Dismiss(this);

    /// <summary>
    /// Runs work that awaits and answers by itself. What it throws becomes the answer, so nothing it starts is left
    /// unanswered.
    /// </summary>
    public void Run(Func<ReplyToken, Task> work) => _ = RunAsync(work, this);

    internal SerializeType SerializeType => type;

    internal int FrameBytes => frameBytes;

    static async Task RunAsync(Func<ReplyToken, Task> work, ReplyToken token)
    {
        try
        {
            await work(token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            token.Fail(failure);
        }
    }

    /// <summary>Answers with what an exception says: its own code if it has one, else 1.</summary>
    public void Fail(Exception failure)
    {
        if (failure is RefusedException refused)
        {
            Reply(refused.Code, refused.Message);
            return;
        }
        Connection.Environment.ProcessorFailed(Code, Connection, failure);
        Reply(ResponseCode.SystemError, $"{failure.GetType().Name}: {failure.Message}");
    }
}
