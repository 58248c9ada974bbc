using System.Diagnostics;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>
/// Producers on one connection, each with one transaction under way: the half message, its answer, the commit and its
/// answer. A transaction's latency is that of both.
/// </summary>
sealed class TransactionLoad(Target target, SendSettings settings, int pid) : IDisposable
{
    readonly FrameSocket socket = new(target.Broker);
    readonly SendFrames frames = new(target, settings);
    readonly long[] began = new long[settings.Senders];
    readonly byte[] properties = Properties();

    public LatencyCounts Latencies { get; } = new();

    public long Failures { get; private set; }

    public string? FirstFailure { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public long BrokerCpuMicros { get; private set; }

    /// <summary>Runs the whole load; blocks.</summary>
    public void Run()
    {
        for (int sender = 0; sender < settings.Senders; sender++)
            Prepare(sender);
        socket.Flush();
        RunFor(settings.Warmup, measure: false);
        long cpu = ProcessCpu.Micros(pid);
        Elapsed = RunFor(settings.Measured, measure: true);
        BrokerCpuMicros = ProcessCpu.Micros(pid) - cpu;
    }

    public void Dispose() => socket.Dispose();

    TimeSpan RunFor(TimeSpan length, bool measure)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            socket.Receive();
            while (socket.TryNext())
                Answered(socket.Header.Opaque, measure);
            socket.Flush();
        }
        return Stopwatch.GetElapsedTime(start);
    }

    void Answered(int opaque, bool measure)
    {
        int sender = opaque % settings.Senders;
        bool ended = opaque >= settings.Senders;
        if (socket.Header.Code != (int)ResponseCode.Success)
        {
            Failures++;
            FirstFailure ??= $"code {socket.Header.Code}: {Encoding.UTF8.GetString(socket.Header.Remark)}";
            Prepare(sender);
        }
        else if (!ended)
        {
            Commit(sender);
        }
        else
        {
            if (measure)
                Latencies.Add(Stopwatch.GetElapsedTime(began[sender]), 1);
            Prepare(sender);
        }
    }

    void Prepare(int sender)
    {
        began[sender] = Stopwatch.GetTimestamp();
        frames.Append(socket, sender, SysFlag.TransactionPrepared, properties);
    }

    void Commit(int sender)
    {
        var read = new FieldReader(socket.Header.Fields);
        var id = read.Text("msgId"u8);
        if (!OffsetMessageId.TryParse(id, out _, out long position))
            throw new IOException($"a message id that cannot be read: {Encoding.UTF8.GetString(id)}");
        var frame = new FrameWriter(
            SerializeType.Binary,
            (int)RequestCode.EndTransaction,
            LanguageCode.DotNet,
            ClientVersion.Current,
            settings.Senders + sender,
            0,
            default
        );
        frame.Field("producerGroup"u8, SendFrames.Group);
        frame.Field("tranStateTableOffset"u8, read.Long("queueOffset"u8));
        frame.Field("commitLogOffset"u8, position);
        frame.Field("commitOrRollback"u8, SysFlag.TransactionCommit);
        frame.Field("fromTransactionCheck"u8, false);
        frame.Field("msgId"u8, read.Text("transactionId"u8));
        frame.Finish(0);
        socket.Append(frame.Written);
        frame.Free();
    }

    static byte[] Properties()
    {
        var writer = new PropertiesWriter(stackalloc byte[64]);
        writer.Add(PropertyNames.TransactionPrepared, "true"u8);
        writer.Add(PropertyNames.ProducerGroup, SendFrames.Group);
        return writer.Written.ToArray();
    }
}
