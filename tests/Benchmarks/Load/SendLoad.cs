using System.Buffers;
using System.Diagnostics;
using System.Net;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>
/// Synchronous senders on one connection, driven by one thread: it sends a request for every answer that a read
/// brought.
/// </summary>
sealed class SendLoad(Target target, SendSettings settings, int senders, int pid) : IDisposable
{
    readonly FrameSocket socket = new(target.Broker);
    readonly UniqueIdSource ids = new(
        new HostAddress(IPAddress.Loopback, 0),
        Environment.ProcessId,
        Environment.TickCount,
        TimeProvider.System
    );
    readonly byte[] id = new byte[OffsetMessageId.CharsMax];
    readonly long[] sentAt = new long[senders];
    readonly byte[] body = Random(settings.Bytes);
    readonly ArrayBufferWriter<byte> batch = new();
    int nextQueue;

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
        bool batched = settings.Batch > 1;
        var code = batched ? RequestCode.SendBatchMessage : RequestCode.SendMessageV2;
        var type = settings.Json ? SerializeType.Json : SerializeType.Binary;
        var properties = new PropertiesWriter(stackalloc byte[128]);
        properties.Add(PropertyNames.UniqueKey, id.AsSpan(0, ids.Next(id)));
        properties.Add(PropertyNames.WaitStored, "true"u8);
        var frame = new FrameWriter(type, (int)code, LanguageCode.DotNet, ClientVersion.Current, sender, 0, default);
        frame.Field("a"u8, "bench_producer"u8);
        frame.Field("b"u8, target.Topic);
        frame.Field("c"u8, "TBW102"u8);
        frame.Field("d"u8, 4);
        frame.Field("e"u8, nextQueue = (nextQueue + 1) % target.Queues);
        frame.Field("f"u8, 0);
        frame.Field("g"u8, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        frame.Field("h"u8, 0);
        frame.Field("i"u8, properties.Written);
        frame.Field("j"u8, 0);
        frame.Field("k"u8, false);
        frame.Field("m"u8, batched);
        var sent = batched ? Parts(properties.Written) : body;
        frame.Finish(sent.Length, sent);
        socket.Append(frame.Written);
        frame.Free();
        properties.Free();
        sentAt[sender] = Stopwatch.GetTimestamp();
    }

    ReadOnlySpan<byte> Parts(ReadOnlySpan<byte> properties)
    {
        batch.ResetWrittenCount();
        for (int i = 0; i < settings.Batch; i++)
            BatchWriter.Add(batch, 0, body, properties);
        return batch.WrittenSpan;
    }

    static byte[] Random(int bytes)
    {
        byte[] content = new byte[bytes];
        new System.Random(bytes).NextBytes(content);
        return content;
    }
}
