using System.Diagnostics;
using System.Net.Sockets;
using Broker.Protocol;

namespace Broker.Remoting;

/// <content>The sending side: gathers frames under the lock, sends them outside of it, one send at a time.</content>
public sealed partial class Connection
{
    /// <summary>Large bodies are sent in pieces of this size, so that a slow peer's progress shows.</summary>
    const int SendBytesMax = 256 * 1024;

    readonly OutputQueue output = new();
    long inFlightBytes;
    int inFlightRequests;
    bool flushPending;
    bool sending;
    bool outputFull;
    long lastSent;
    bool isBlocked;
    TaskCompletionSource? roomWaiter;
    TaskCompletionSource? resumeWaiter;
    bool isPaused;
    TaskCompletionSource? drainWaiter;

    /// <summary>Requests received and not answered yet.</summary>
    public int InFlightRequests
    {
        get
        {
            lock (gate)
                return inFlightRequests;
        }
    }

    /// <summary>Bytes that are to be sent and not yet taken by the peer's or our own socket buffers.</summary>
    public long PendingOutputBytes
    {
        get
        {
            lock (gate)
                return output.Bytes;
        }
    }

    bool IsDrainedLocked => !IsOpen || (inFlightRequests <= 0 && !sending && output.IsEmpty);

    /// <summary>
    /// Ends when there is nothing to answer and nothing to send: a stop need not wait for this connection any longer.
    /// </summary>
    internal Task DrainedAsync()
    {
        lock (gate)
        {
            if (IsDrainedLocked)
                return Task.CompletedTask;
            drainWaiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return drainWaiter.Task;
        }
    }

    /// <summary>Sends what is waiting unless a send is under way, which will take it along.</summary>
    internal void Flush()
    {
        lock (gate)
        {
            flushPending = false;
            if (sending || output.IsEmpty)
                return;
            sending = true;
            Volatile.Write(ref lastSent, Environment.Time.GetTimestamp());
        }
        _ = SendLoopAsync();
    }

    void IThreadPoolWorkItem.Execute() => Flush();

    internal void Answer(in ReplyToken token, ResponseCode code, ReadOnlySpan<byte> frame, IReplyBody? body)
    {
        Environment.Metrics?.Answered(token.Code, code, Environment.Milliseconds(token.Received));
        // In this order: between the two a stop would take the request for answered and hang up.
        if (token.IsOneway)
            body?.Release();
        else
            Enqueue(frame, body);
        Leave(token.FrameBytes);
    }

    internal void Dismiss(in ReplyToken token)
    {
        Debug.Assert(token.IsOneway, "Whoever waits for an answer gets one.");
        Leave(token.FrameBytes);
    }

    internal void Enqueue(ReadOnlySpan<byte> frame, IReplyBody? body)
    {
        bool schedule = false;
        bool tooMuch = false;
        // A page that is not in memory is waited for here: under the lock, the log's writer, who answers everybody,
        // would wait with us.
        if (body is not null && OutputQueue.IsCopied(body))
            Touch(body);
        lock (gate)
        {
            if (IsOpen)
            {
                body = output.Append(frame, body);
                schedule = !flushPending && !sending;
                flushPending |= schedule;
                outputFull |= output.Bytes > Environment.Options.OutputPauseBytes;
                tooMuch = output.Bytes > Environment.Options.OutputBytesMax;
            }
        }
        body?.Release();
        if (tooMuch)
            Close(CloseReason.OutputLimit);
        else if (schedule)
            ScheduleFlush();
    }

    static void Touch(IReplyBody body)
    {
        const int PageBytes = 4096;
        for (int i = 0; i < body.SliceCount; i++)
        {
            var slice = body.Slice(i).Span;
            // Volatile, or the reads would be left out.
            for (int at = 0; at < slice.Length; at += PageBytes)
                _ = Volatile.Read(in slice[at]);
            if (!slice.IsEmpty)
                _ = Volatile.Read(in slice[^1]);
        }
    }

    void ScheduleFlush()
    {
        var scope = Environment.Scope;
        if (scope.IsOpen)
            scope.Add(this);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    async Task SendLoopAsync()
    {
        OutputPiece piece = default;
        try
        {
            while (Take(out piece))
            {
                if (piece.Body is { } body)
                    await SendBodyAsync(body).ConfigureAwait(false);
                else
                    await SendAsync(piece.Chunk.AsMemory(0, piece.Used)).ConfigureAwait(false);
                Sent();
                Done(piece);
                piece = default;
            }
        }
        catch (Exception ended)
            when (ended is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            Done(piece);
            lock (gate)
            {
                sending = false;
                NoteDrainedLocked();
            }
            Close(CloseReason.SocketError);
        }
    }

    async ValueTask SendBodyAsync(IReplyBody body)
    {
        for (int i = 0; i < body.SliceCount; i++)
        {
            var slice = body.Slice(i);
            while (!slice.IsEmpty)
            {
                var part = slice[..Math.Min(slice.Length, SendBytesMax)];
                await SendAsync(part).ConfigureAwait(false);
                Sent();
                slice = slice[part.Length..];
            }
        }
    }

    /// <summary>
    /// Notes when the peer has to take something before this ends. That a send is under way would say less: it may be
    /// this process that is kept from going on, and no reader is closed for that.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var send = transport.SendAsync(bytes);
        Volatile.Write(ref isBlocked, !send.IsCompleted);
        return send;
    }

    void Sent()
    {
        Volatile.Write(ref lastSent, Environment.Time.GetTimestamp());
        Volatile.Write(ref isBlocked, false);
    }

    bool Take(out OutputPiece piece)
    {
        lock (gate)
        {
            if (output.TryTake(out piece))
                return true;
            sending = false;
            NoteDrainedLocked();
            return false;
        }
    }

    void Done(in OutputPiece piece)
    {
        TaskCompletionSource? waiter = null;
        lock (gate)
        {
            output.Done(piece);
            if (outputFull && output.Bytes <= Environment.Options.OutputPauseBytes / 2)
            {
                outputFull = false;
                (waiter, roomWaiter) = (roomWaiter, null);
            }
        }
        piece.Body?.Release();
        waiter?.TrySetResult();
    }

    /// <summary>Nothing more is read from a peer that does not take its answers.</summary>
    ValueTask WaitForRoomAsync()
    {
        lock (gate)
        {
            if (!IsOpen || !outputFull)
                return ValueTask.CompletedTask;
            roomWaiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(roomWaiter.Task);
        }
    }

    /// <summary>Hands a postponed request out again. From any thread; nothing happens when none is postponed.</summary>
    public void Resume()
    {
        TaskCompletionSource? waiter;
        lock (gate)
        {
            isPaused = false;
            (waiter, resumeWaiter) = (resumeWaiter, null);
        }
        waiter?.TrySetResult();
    }

    ValueTask WaitUntilResumedAsync()
    {
        lock (gate)
        {
            if (!IsOpen || !isPaused)
                return ValueTask.CompletedTask;
            resumeWaiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(resumeWaiter.Task);
        }
    }

    bool TryAdmit(int bytes, out string? limit)
    {
        limit = null;
        var options = Environment.Options;
        lock (gate)
        {
            inFlightRequests++;
            // A closed connection has given everything back already and takes nothing any more.
            if (!IsOpen)
                return true;
            inFlightBytes += bytes;
            if (inFlightRequests > options.InFlightRequestsPerConnection)
                limit = "inflight_requests_per_connection";
            else if (inFlightBytes > options.InFlightBytesPerConnection)
                limit = "inflight_bytes_per_connection";
        }
        if (limit is null && Environment.InFlight.TryTake(bytes))
            return true;
        limit ??= "inflight_bytes_total";
        // The answer gives back what was never taken from the shared budget.
        Environment.InFlight.Release(-bytes);
        return false;
    }

    void Leave(int bytes)
    {
        lock (gate)
        {
            inFlightRequests--;
            NoteDrainedLocked();
            if (!IsOpen)
                return;
            inFlightBytes -= bytes;
        }
        Environment.InFlight.Release(bytes);
    }

    void NoteDrainedLocked()
    {
        if (drainWaiter is not null && IsDrainedLocked)
            drainWaiter.TrySetResult();
    }

    void DropOutput()
    {
        List<IReplyBody> bodies = [];
        TaskCompletionSource? waiter;
        long unanswered;
        lock (gate)
        {
            output.Clear(bodies);
            unanswered = inFlightBytes;
            inFlightBytes = 0;
            (waiter, roomWaiter) = (roomWaiter, null);
            NoteDrainedLocked();
        }
        Environment.InFlight.Release(unanswered);
        foreach (var body in bodies)
            body.Release();
        waiter?.TrySetResult();
        Resume();
    }
}
