using System.Diagnostics;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>
/// Reads the backlog of all queues of a topic from their beginning over one connection, one pull under way per queue,
/// and
/// checks that every queue's messages come in order and without a gap.
/// </summary>
/// <param name="target">What to read.</param>
/// <param name="length">The time it takes at most.</param>
/// <param name="messagesMax">Ends after so many.</param>
/// <param name="pid">The broker's process.</param>
/// <param name="follow">Waits for new messages at a queue's end; else a queue is done there.</param>
sealed class ConsumeLoad(Target target, TimeSpan length, long messagesMax, int pid, bool follow = false) : IDisposable
{
    static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    readonly FrameSocket socket = new(target.Broker);
    readonly PullFrames frames = new(target);
    readonly long[] nextOffset = new long[target.Queues];
    readonly long[] sentAt = new long[target.Queues];
    readonly bool[] done = new bool[target.Queues];

    public LatencyCounts Latencies { get; } = new();

    public long Messages { get; private set; }

    public long Bytes { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public long BrokerCpuMicros { get; private set; }

    /// <summary>Runs until the time is up, the backlog ends, or enough came; blocks.</summary>
    public void Run()
    {
        long cpu = ProcessCpu.Micros(pid);
        long began = Stopwatch.GetTimestamp();
        for (int queue = 0; queue < target.Queues; queue++)
            Pull(queue);
        socket.Flush();
        while (Stopwatch.GetElapsedTime(began) < length && Messages < messagesMax && done.Contains(false))
        {
            socket.Receive();
            while (socket.TryNext())
                Pulled(socket.Header.Opaque);
            Elapsed = Stopwatch.GetElapsedTime(began);
            socket.Flush();
        }
        BrokerCpuMicros = ProcessCpu.Micros(pid) - cpu;
    }

    public void Dispose() => socket.Dispose();

    void Pulled(int queue)
    {
        Latencies.Add(Stopwatch.GetElapsedTime(sentAt[queue]), 1);
        var code = (ResponseCode)socket.Header.Code;
        if (code is not (ResponseCode.Success or ResponseCode.PullRetryImmediately or ResponseCode.PullOffsetMoved))
        {
            if (code == ResponseCode.PullNotFound && follow)
                Pull(queue);
            done[queue] = !follow;
            if (code != ResponseCode.PullNotFound)
                throw new IOException($"code {(int)code}: {System.Text.Encoding.UTF8.GetString(socket.Header.Remark)}");
            return;
        }
        if (code == ResponseCode.Success)
            Count(queue, socket.Body);
        nextOffset[queue] = new FieldReader(socket.Header.Fields).Long("nextBeginOffset"u8);
        Pull(queue);
    }

    void Count(int queue, ReadOnlySpan<byte> body)
    {
        long expected = nextOffset[queue];
        Bytes += body.Length;
        while (!body.IsEmpty)
        {
            if (MessageView.Read(body, out var message) != MessageProblem.None || message.QueueOffset != expected++)
                throw new IOException($"queue {queue}: bad or unexpected message at offset {expected - 1}");
            Messages++;
            body = body[message.TotalSize..];
        }
    }

    void Pull(int queue)
    {
        frames.Append(socket, queue, nextOffset[queue], follow ? Hold : TimeSpan.Zero);
        sentAt[queue] = Stopwatch.GetTimestamp();
    }
}
