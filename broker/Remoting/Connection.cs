using System.Diagnostics.CodeAnalysis;
using System.Net;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <summary>
/// One TCP connection, at either end: both sides may ask and both answer. Two loops: one receives, decodes and hands
/// out
/// requests in place (<c>Connection.Receive.cs</c>), one sends what was gathered, one send at a time
/// (<c>Connection.Send.cs</c>). How it begins: <c>Connection.Accept.cs</c>. Public members are thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Close and the end of the receive loop dispose what it owns.")]
public sealed partial class Connection : IThreadPoolWorkItem
{
    readonly Lock gate = new();
    readonly PendingCalls calls = new();
    Transport transport;
    int closing;

    internal Connection(
        ConnectionEnvironment environment,
        Transport transport,
        long id,
        IPEndPoint remote,
        IPEndPoint local
    )
    {
        Environment = environment;
        this.transport = transport;
        Id = id;
        RemoteEndPoint = remote;
        LocalEndPoint = local;
        input = new InputBuffer(environment.Input);
        request = new Request(this, header);
        lastReceived = lastSent = environment.Time.GetTimestamp();
    }

    /// <summary>Unique within the process; never reused.</summary>
    public long Id { get; }

    /// <summary>The peer's address, or the one that a proxy in front of us says it speaks for.</summary>
    public IPEndPoint RemoteEndPoint { get; private set; }

    /// <summary>Our address on this connection, or the proxy's that the peer connected to.</summary>
    public IPEndPoint LocalEndPoint { get; private set; }

    /// <summary>Free for the server's use: who the client is. Set from handlers of this connection only.</summary>
    public object? State { get; set; }

    /// <summary>Still able to send.</summary>
    public bool IsOpen => Volatile.Read(ref closing) == 0;

    /// <summary>Why it ended, meaningful once <see cref="IsOpen"/> is false.</summary>
    public CloseReason Reason { get; private set; }

    internal ConnectionEnvironment Environment { get; }

    /// <summary>Ends the connection; what waits to be sent is dropped. Only the first reason counts.</summary>
    public void Close(CloseReason reason = CloseReason.LocalClosed)
    {
        if (Interlocked.Exchange(ref closing, 1) != 0)
            return;
        Reason = reason;
        if (
            reason
            is CloseReason.PeerClosed
                or CloseReason.LocalClosed
                or CloseReason.Stopping
                or CloseReason.SocketError
        )
            RemotingLog.Closed(Environment.Logger, Id, RemoteEndPoint, reason);
        else
            Environment.Refusals.Note(reason, this);
        Environment.Metrics?.Closed(reason);
        // Ends a receive and a send that are under way; each loop then gives its own memory back.
        transport.Dispose();
        input.Forfeit();
        DropOutput();
        calls.FailAll(reason);
    }

    /// <summary>Sends a request and does not want an answer.</summary>
    public void Push(RequestCode code, FieldList? fields = null, ReadOnlySpan<byte> body = default) =>
        SendRequest(code, calls.NextOpaque(), Header.OnewayFlag, fields, body);

    /// <summary>
    /// Sends a request and waits for its answer. Throws <see cref="TimeoutException"/> when none came in time and
    /// <see cref="IOException"/> when the connection ended before.
    /// </summary>
    public async Task<RemotingResponse> InvokeAsync(
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    )
    {
        int opaque = calls.NextOpaque();
        var answer = calls.Add(opaque);
        if (!IsOpen)
            calls.FailAll(Reason);
        try
        {
            SendRequest(code, opaque, 0, fields, body.Span);
            return await answer.WaitAsync(timeout, Environment.Time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            calls.Remove(opaque);
        }
    }

    /// <summary>For logs: the peer's address.</summary>
    public override string ToString() => RemoteEndPoint.ToString();

    /// <summary>Ends the connection when it is idle or its peer takes nothing.</summary>
    internal void Sweep(long now)
    {
        var time = Environment.Time;
        if (
            time.GetElapsedTime(Math.Max(Volatile.Read(ref lastReceived), Volatile.Read(ref lastSent)), now)
            > Environment.Options.IdleTimeout
        )
            Close(CloseReason.IdleTimeout);
        else if (
            Volatile.Read(ref isBlocked)
            && time.GetElapsedTime(Volatile.Read(ref lastSent), now) > Environment.Options.SendTimeout
        )
            Close(CloseReason.SlowReader);
    }

    void SendRequest(RequestCode code, int opaque, int flag, FieldList? fields, ReadOnlySpan<byte> body)
    {
        // JSON: every client reads it, and one widely used client reads nothing else (protocol.md §0.2).
        var frame = new FrameWriter(
            SerializeType.Json,
            (int)code,
            LanguageCode.Java,
            ClientVersion.Current,
            opaque,
            flag,
            default
        );
        frame.Add(fields);
        frame.Finish(body.Length, body);
        Enqueue(frame.Written, null);
        frame.Free();
    }
}
