using System.Diagnostics;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>
/// Sends messages that are due later and pulls them from their topic as they are delivered. Every one must come, and
/// its lateness is the time between when it was due and when the consumer had it.
/// </summary>
/// <param name="target">A topic that nobody else uses.</param>
/// <param name="settings">Of the sends; <see cref="SendSettings.Messages"/> is how many.</param>
/// <param name="wish">The property that asks for the delay, in stored form.</param>
/// <param name="delay">The delay that it asks for.</param>
/// <param name="pid">The broker's process.</param>
sealed class DelayedLoad(Target target, SendSettings settings, byte[] wish, TimeSpan delay, int pid) : IDisposable
{
    /// <summary>A delivery that is later than this will not come.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    readonly FrameSocket sender = new(target.Broker);
    readonly FrameSocket reader = new(target.Broker);
    readonly SendFrames sends = new(target, settings);
    readonly PullFrames pulls = new(target);
    readonly long[] nextOffset = new long[target.Queues];

    /// <summary>How much later than due messages were received, in milliseconds.</summary>
    public LatencyCounts Lateness { get; } = new(TimeSpan.FromMilliseconds(1));

    public long Sent { get; private set; }

    public long Failures { get; private set; }

    /// <summary>Messages that came before they were due, by a second or less if the broker counts in seconds.</summary>
    public long Early { get; private set; }

    /// <summary>From the first message that was due to the last delivery.</summary>
    public TimeSpan Elapsed { get; private set; }

    public long BrokerCpuMicros { get; private set; }

    /// <summary>Finds the topic's end, sends everything and waits for it; blocks.</summary>
    public void Run()
    {
        for (int queue = 0; queue < target.Queues; queue++)
            Pull(queue, TimeSpan.Zero);
        reader.Flush();
        SkipToEnd();
        long cpu = ProcessCpu.Micros(pid);
        long began = Stopwatch.GetTimestamp();
        var sending = new Thread(Send);
        sending.Start();
        ReadUntil(began + (long)((delay + Patience).TotalSeconds * Stopwatch.Frequency), sending);
        Elapsed -= delay;
        sending.Join();
        BrokerCpuMicros = ProcessCpu.Micros(pid) - cpu;
    }

    public void Dispose()
    {
        sender.Dispose();
        reader.Dispose();
    }

    void Send()
    {
        int underWay = 0;
        for (; underWay < Math.Min(settings.Senders, settings.Messages); underWay++)
            sends.Append(sender, underWay, more: wish);
        long asked = underWay;
        sender.Flush();
        while (underWay > 0)
        {
            sender.Receive();
            for (; sender.TryNext(); underWay--)
            {
                if (sender.Header.Code == (int)ResponseCode.Success)
                    Sent++;
                else
                    Failures++;
                if (asked++ >= settings.Messages)
                    continue;
                sends.Append(sender, sender.Header.Opaque, more: wish);
                underWay++;
            }
            sender.Flush();
        }
    }

    void SkipToEnd()
    {
        for (int found = 0; found < target.Queues; )
        {
            reader.Receive();
            for (; reader.TryNext(); found++)
            {
                long end = new FieldReader(reader.Header.Fields).Long("maxOffset"u8);
                nextOffset[reader.Header.Opaque] = end;
                Pull(reader.Header.Opaque, Hold);
            }
            reader.Flush();
        }
    }

    void ReadUntil(long deadline, Thread sending)
    {
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() < deadline && (sending.IsAlive || Lateness.Total < Sent))
        {
            reader.Receive();
            while (reader.TryNext())
            {
                if (reader.Header.Code == (int)ResponseCode.Success)
                {
                    Count(reader.Body);
                    Elapsed = Stopwatch.GetElapsedTime(began);
                }
                nextOffset[reader.Header.Opaque] = new FieldReader(reader.Header.Fields).Long("nextBeginOffset"u8);
                Pull(reader.Header.Opaque, Hold);
            }
            reader.Flush();
        }
    }

    void Count(ReadOnlySpan<byte> body)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        while (!body.IsEmpty)
        {
            if (MessageView.Read(body, out var message) != MessageProblem.None)
                throw new IOException("a message that cannot be read");
            double late = now - message.BornTimestamp - delay.TotalMilliseconds;
            if (late < 0)
                Early++;
            Lateness.Add(TimeSpan.FromMilliseconds(late), 1);
            body = body[message.TotalSize..];
        }
    }

    void Pull(int queue, TimeSpan hold) => pulls.Append(reader, queue, nextOffset[queue], hold);
}
