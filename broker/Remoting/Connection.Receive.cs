using System.Buffers.Binary;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <content>The receiving side: reads, splits into frames, hands them out.</content>
public sealed partial class Connection
{
    readonly Header header = new();
    readonly Request request;
    readonly InputBuffer input;
    long lastReceived;
    int frameBytesAwaited;
    bool stopReceiving;

    /// <summary>Receives until the connection ends. Never throws.</summary>
    internal async Task RunAsync(Socket? sniffed)
    {
        try
        {
            if (sniffed is not null && !await AcceptAsync(sniffed).ConfigureAwait(false))
                return;
            await ReceiveLoopAsync().ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
        {
            Close(CloseReason.SocketError);
        }
        catch (Exception failure)
        {
            RemotingLog.BatchFailed(Environment.Logger, failure, RemoteEndPoint);
            Close(CloseReason.InternalError);
        }
        finally
        {
            Close(CloseReason.PeerClosed);
            input.Dispose();
        }
    }

    /// <summary>Hands out no further request. Answers to requests of ours are still taken.</summary>
    internal void StopReceiving() => Volatile.Write(ref stopReceiving, true);

    /// <summary>Gives the memory back of a connection that was never run.</summary>
    internal void Discard() => input.Dispose();

    async Task ReceiveLoopAsync()
    {
        while (IsOpen)
        {
            if (!input.MakeRoom(frameBytesAwaited))
            {
                Close(CloseReason.InputMemoryLimit);
                return;
            }
            int received = await transport.ReceiveAsync(input.Free).ConfigureAwait(false);
            if (received == 0)
                return;
            Volatile.Write(ref lastReceived, Environment.Time.GetTimestamp());
            input.Received(received);
            while (!HandleBatch())
                await WaitForRoomAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Hands out every frame that is there as a whole. False: the peer does not take its answers, so the rest waits;
    /// a few
    /// bytes of requests can ask for megabytes.
    /// </summary>
    bool HandleBatch()
    {
        using var scope = Environment.Scope.Open();
        int handled = 0;
        while (IsOpen && !Volatile.Read(ref outputFull) && NextFrame())
            handled++;
        try
        {
            if (handled > 0)
                Environment.Handler.EndOfBatch();
        }
        catch (Exception failure)
        {
            RemotingLog.BatchFailed(Environment.Logger, failure, RemoteEndPoint);
        }
        return !IsOpen || !Volatile.Read(ref outputFull);
    }

    /// <summary>Handles one frame if it is there as a whole.</summary>
    bool NextFrame()
    {
        frameBytesAwaited = 0;
        if (input.Waiting < 4)
            return false;
        var waiting = input.Array.AsSpan(input.Start, input.Waiting);
        int length = BinaryPrimitives.ReadInt32BigEndian(waiting);
        if (length < 4)
            return Refuse(CloseReason.FrameLengthInvalid);
        if (length > Environment.Options.FrameBytesMax)
            return Refuse(CloseReason.FrameTooLarge);
        if (waiting.Length >= 8 && HeaderLength(waiting) > length - 4)
            return Refuse(CloseReason.HeaderLengthInvalid);
        if (waiting.Length < 4 + length)
        {
            frameBytesAwaited = 4 + length;
            return false;
        }
        int start = input.Start + 8;
        int headerLength = HeaderLength(waiting);
        var problem = HeaderDecoder.Decode(input.Array, start, headerLength, waiting[4], header);
        if (problem != HeaderProblem.None)
            return Refuse(ReasonOf(problem));
        Dispatch(start + headerLength, length - 4 - headerLength, 4 + length);
        input.Handled(4 + length);
        return true;
    }

    void Dispatch(int bodyStart, int bodyLength, int frameBytes)
    {
        if (header.IsResponse)
        {
            if (calls.TryTake(header.Opaque, out var call))
                call!.TrySetResult(new RemotingResponse(header, input.Array.AsSpan(bodyStart, bodyLength)));
            return;
        }
        // Unanswered on purpose: the client sees the connection close and asks elsewhere.
        if (Volatile.Read(ref stopReceiving))
            return;
        int charged = header.IsOneway ? 0 : frameBytes;
        var token = new ReplyToken(this, header, charged, lastReceived);
        request.Load(input.Array, bodyStart, bodyLength, token);
        if (!header.IsOneway && !TryAdmit(charged, out string? limit))
        {
            Environment.Metrics?.Refused(limit!);
            request.Reply(ResponseCode.SystemBusy, $"[OVERLOAD]system busy, {limit}");
            return;
        }
        try
        {
            Environment.Handler.Process(request);
            // A processor that forgets would cost its client a timeout and us a place among the requests under way.
            if (!request.IsAnswered && !request.IsDeferred && !request.IsOneway)
                token.Reply(ResponseCode.SystemError, "not set any response code");
        }
        catch (Exception failure)
        {
            if (request.IsAnswered)
                Environment.ProcessorFailed((RequestCode)header.Code, this, failure);
            else
                token.Fail(failure);
        }
    }

    static int HeaderLength(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame[4..]) & 0xFFFFFF;

    static CloseReason ReasonOf(HeaderProblem problem) =>
        problem switch
        {
            HeaderProblem.UnknownSerializer => CloseReason.UnknownSerializer,
            HeaderProblem.NotJson => CloseReason.HeaderNotJson,
            HeaderProblem.BadBinary => CloseReason.HeaderBadBinary,
            HeaderProblem.TooManyFields => CloseReason.HeaderTooManyFields,
            _ => CloseReason.HeaderLengthInvalid,
        };
}
