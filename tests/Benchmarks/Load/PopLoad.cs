using System.Diagnostics;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>
/// Pops the backlog of all queues of a topic over one connection, some pops under way at a time, and acknowledges each
/// message by itself, as clients do.
/// </summary>
sealed class PopLoad(Target target, string group, int popsAtATime, TimeSpan length, int pid) : IDisposable
{
    const int MessagesPerPop = 32;

    const int InvisibleMs = 60_000;

    /// <summary>Opaque numbers of acknowledgements; pops count from 0.</summary>
    const int AckOpaque = 1 << 20;

    readonly FrameSocket socket = new(target.Broker);
    readonly long[] sentAt = new long[popsAtATime];
    readonly HashSet<(int Queue, long Offset)> seen = [];
    int emptyInARow;

    public LatencyCounts Latencies { get; } = new();

    public long Messages { get; private set; }

    /// <summary>Messages that came more than once.</summary>
    public long Repeated { get; private set; }

    public long Acks { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public long BrokerCpuMicros { get; private set; }

    /// <summary>Runs until the time is up or the backlog ends; blocks.</summary>
    public void Run()
    {
        long cpu = ProcessCpu.Micros(pid);
        long began = Stopwatch.GetTimestamp();
        for (int pop = 0; pop < popsAtATime; pop++)
            Pop(pop);
        socket.Flush();
        // Every pop found nothing, one after the other: that is the end.
        while (Stopwatch.GetElapsedTime(began) < length && emptyInARow < 2 * popsAtATime)
        {
            socket.Receive();
            while (socket.TryNext())
                Answered(socket.Header.Opaque);
            socket.Flush();
            if (emptyInARow == 0)
                Elapsed = Stopwatch.GetElapsedTime(began);
        }
        BrokerCpuMicros = ProcessCpu.Micros(pid) - cpu;
    }

    public void Dispose() => socket.Dispose();

    void Answered(int opaque)
    {
        var code = (ResponseCode)socket.Header.Code;
        if (code is not (ResponseCode.Success or ResponseCode.PollingTimeout or ResponseCode.PollingFull))
            throw new IOException($"code {(int)code}: {Encoding.UTF8.GetString(socket.Header.Remark)}");
        if (opaque >= AckOpaque)
        {
            Acks++;
            return;
        }
        Latencies.Add(Stopwatch.GetElapsedTime(sentAt[opaque]), 1);
        if (code == ResponseCode.Success)
            Acknowledge();
        emptyInARow = code == ResponseCode.Success ? 0 : emptyInARow + 1;
        Pop(opaque);
    }

    void Acknowledge()
    {
        var read = new FieldReader(socket.Header.Fields);
        var tail = $"{read.Long("popTime"u8)} {read.Long("invisibleTime"u8)} {read.Long("reviveQid"u8)} 0 broker-a";
        var starts = new Dictionary<int, string>();
        foreach (var part in read.String("startOffsetInfo"u8).Split(';'))
        {
            var words = part.Split(' ');
            starts[int.Parse(words[1])] = words[2];
        }
        for (var body = socket.Body; !body.IsEmpty; )
        {
            if (MessageView.Read(body, out var message) != MessageProblem.None)
                throw new IOException("a message that cannot be read");
            Messages++;
            if (!seen.Add((message.QueueId, message.QueueOffset)))
                Repeated++;
            var place = $"{starts[message.QueueId]} {tail} {message.QueueId} {message.QueueOffset}";
            Ack(message.QueueId, message.QueueOffset, place);
            body = body[message.TotalSize..];
        }
    }

    void Pop(int opaque)
    {
        var frame = Begin(RequestCode.PopMessage, opaque);
        frame.Field("queueId"u8, -1);
        frame.Field("maxMsgNums"u8, MessagesPerPop);
        frame.Field("invisibleTime"u8, InvisibleMs);
        frame.Field("pollTime"u8, 0);
        frame.Field("bornTime"u8, 0);
        frame.Field("initMode"u8, 0);
        End(frame);
        sentAt[opaque] = Stopwatch.GetTimestamp();
    }

    void Ack(int queueId, long offset, string handle)
    {
        var frame = Begin(RequestCode.AckMessage, AckOpaque);
        frame.Field("queueId"u8, queueId);
        frame.Field("extraInfo"u8, handle);
        frame.Field("offset"u8, offset);
        End(frame);
    }

    /// <summary>POP's codes do not fit the binary header.</summary>
    FrameWriter Begin(RequestCode code, int opaque)
    {
        var frame = new FrameWriter(
            SerializeType.Json,
            (int)code,
            LanguageCode.Java,
            ClientVersion.Current,
            opaque,
            0,
            default
        );
        frame.Field("consumerGroup"u8, group);
        frame.Field("topic"u8, target.Topic);
        return frame;
    }

    void End(FrameWriter frame)
    {
        frame.Finish(0);
        socket.Append(frame.Written);
        frame.Free();
    }
}
