using System.Buffers.Binary;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Remoting;

/// <content>The receiving side: reads, splits into frames, hands them out.</content>
public sealed partial class Connection
{
    /// <summary>The clock is looked at after so many frames: it costs a hundredth of handling one.</summary>
    const int FramesPerLook = 8;

    /// <summary>
    /// How long the frames of one connection are handled before other connections get their turn: longer than a read
    /// of small sends takes, which is 1 ms for 256 KiB.
    /// </summary>
    static readonly TimeSpan BatchTimeMax = TimeSpan.FromMilliseconds(5);

    readonly Header header = new();
    readonly Request request;
    readonly InputBuffer input;
    long lastReceived;
    bool stopReceiving;
    bool isPostponed;
    bool isOverTime;
    bool hasGivenUp;
    long? postponedAt;

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

    /// <summary>What its receive buffer takes of the memory that all share.</summary>
    internal int InputCharge => input.Charged;

    /// <summary>When it last received something: a timestamp of the time provider.</summary>
    internal long LastReceived => Volatile.Read(ref lastReceived);

    /// <summary>Gives the memory back of a connection that was never run.</summary>
    internal void Discard() => input.Dispose();

    async Task ReceiveLoopAsync()
    {
        while (IsOpen)
        {
            if (!input.MakeRoom() && !(Environment.TryFreeInput(this) && input.MakeRoom()))
            {
                Close(CloseReason.InputMemoryLimit);
                return;
            }
            int received = await transport.ReceiveAsync(input.Free).ConfigureAwait(false);
            if (received == 0)
                return;
            Volatile.Write(ref lastReceived, Environment.Time.GetTimestamp());
            input.Received(received);
            postponedAt = null;
            while (!HandleBatch())
            {
                if (isOverTime)
                    await default(YieldToAll);
                await WaitForRoomAsync().ConfigureAwait(false);
                await WaitUntilResumedAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Hands out every frame that is there as a whole. False: the rest waits, because a request was postponed or
    /// because the peer does not take its answers; a few bytes of requests can ask for megabytes.
    /// </summary>
    bool HandleBatch()
    {
        using var scope = Environment.Scope.Open();
        int handled = 0;
        isPostponed = isOverTime = false;
        long began = 0;
        while (IsOpen && !Volatile.Read(ref outputFull) && NextFrame())
        {
            if (++handled % FramesPerLook == 0 && (isOverTime = IsOverTime(ref began)))
                break;
        }
        try
        {
            if (handled > 0)
                Environment.Handler.EndOfBatch();
        }
        catch (Exception failure)
        {
            RemotingLog.BatchFailed(Environment.Logger, failure, RemoteEndPoint);
        }
        return !IsOpen || !(isPostponed || isOverTime || Volatile.Read(ref outputFull));
    }

    /// <summary>Whether others should have the thread: small requests may each ask for a long search.</summary>
    bool IsOverTime(ref long began)
    {
        long now = Environment.Time.GetTimestamp();
        if (began == 0)
            began = now;
        return Environment.Time.GetElapsedTime(began, now) > BatchTimeMax;
    }

    /// <summary>Handles one frame if it is there as a whole.</summary>
    bool NextFrame()
    {
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
            return false;
        int start = input.Start + 8;
        int headerLength = HeaderLength(waiting);
        var problem = HeaderDecoder.Decode(input.Array, start, headerLength, waiting[4], header);
        if (problem != HeaderProblem.None)
            return Refuse(ReasonOf(problem));
        isPostponed = !Dispatch(start + headerLength, length - 4 - headerLength, 4 + length);
        if (isPostponed)
            return false;
        input.Handled(4 + length);
        return true;
    }

    /// <summary>False: the request was postponed, and its frame stays where it is.</summary>
    bool Dispatch(int bodyStart, int bodyLength, int frameBytes)
    {
        if (header.IsResponse)
        {
            if (calls.TryTake(header.Opaque, out var call))
                call!.TrySetResult(new RemotingResponse(header, input.Array.AsSpan(bodyStart, bodyLength)));
            return true;
        }
        // Unanswered on purpose: the client sees the connection close and asks elsewhere.
        if (Volatile.Read(ref stopReceiving))
            return true;
        var token = new ReplyToken(this, header, frameBytes, lastReceived);
        request.Load(input.Array, bodyStart, bodyLength, token);
        if (!TryAdmit(frameBytes, out string? limit))
        {
            Environment.Metrics?.Refused(limit!);
            request.Reply(ResponseCode.SystemBusy, $"[OVERLOAD]system busy, {limit}");
            return true;
        }
        hasGivenUp = false;
        Handle(token);
        if (request.IsPostponed)
        {
            Leave(frameBytes);
            return false;
        }
        if (!hasGivenUp)
            postponedAt = null;
        return true;
    }

    void Handle(in ReplyToken token)
    {
        try
        {
            Environment.Handler.Process(request);
            if (request.IsAnswered || request.IsDeferred || request.IsPostponed)
                return;
            // A processor that forgets would cost its client a timeout and us a place among the requests under way.
            if (request.IsOneway)
                token.Dismiss();
            else
                token.Reply(ResponseCode.SystemError, "not set any response code");
        }
        catch (Exception failure)
        {
            if (request.IsAnswered || request.IsPostponed)
                Environment.ProcessorFailed((RequestCode)header.Code, this, failure);
            else
                token.Fail(failure);
        }
    }

    /// <summary>See <see cref="Request.TryPostpone"/>. On the receive loop.</summary>
    internal bool TryPostpone(TimeSpan limit, out TimeSpan left)
    {
        var time = Environment.Time;
        postponedAt ??= time.GetTimestamp();
        left = limit - time.GetElapsedTime(postponedAt.Value);
        hasGivenUp = left <= TimeSpan.Zero;
        if (hasGivenUp)
            return false;
        lock (gate)
            isPaused = true;
        return true;
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
