using System.Diagnostics;
using Broker.Protocol;

namespace Benchmarks.Load;

/// <summary>
/// Synchronous senders on one connection, driven by one thread: it sends a request for every answer that a read
/// brought.
/// </summary>
sealed class SendLoad(Target target, SendSettings settings, int senders, int pid) : IDisposable
{
    readonly FrameSocket socket = new(target.Broker);
    readonly SendFrames frames = new(target, settings);
    readonly long[] sentAt = new long[senders];

    public LatencyCounts Latencies { get; } = new();

    public long Failures { get; private set; }

    public string? FirstFailure { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public long BrokerCpuMicros { get; private set; }

    /// <summary>Runs the whole load; blocks.</summary>
    public void Run()
    {
        for (int sender = 0; sender < senders; sender++)
            Send(sender);
        socket.Flush();
        long began = Stopwatch.GetTimestamp();
        RunUntil(began, settings.Warmup, measure: false);
        began = Stopwatch.GetTimestamp();
        long cpu = ProcessCpu.Micros(pid);
        RunUntil(began, settings.Measured, measure: true);
        Elapsed = Stopwatch.GetElapsedTime(began);
        BrokerCpuMicros = ProcessCpu.Micros(pid) - cpu;
    }

    public void Dispose() => socket.Dispose();

    void RunUntil(long began, TimeSpan length, bool measure)
    {
        long limit = settings.Messages == 0 ? long.MaxValue : settings.Messages / settings.Connections;
        while (Stopwatch.GetElapsedTime(began) < length && Latencies.Total < limit)
        {
            socket.Receive();
            long now = Stopwatch.GetTimestamp();
            while (socket.TryNext())
            {
                Answered(now, measure);
                Send(socket.Header.Opaque);
            }
            socket.Flush();
        }
    }

    void Answered(long now, bool measure)
    {
        if (socket.Header.Code != (int)ResponseCode.Success)
        {
            Failures++;
            FirstFailure ??= $"code {socket.Header.Code}: {System.Text.Encoding.UTF8.GetString(socket.Header.Remark)}";
        }
        else if (measure)
        {
            Latencies.Add(Stopwatch.GetElapsedTime(sentAt[socket.Header.Opaque], now), settings.Batch);
        }
    }

    void Send(int sender)
    {
        frames.Append(socket, sender);
        sentAt[sender] = Stopwatch.GetTimestamp();
    }
}
