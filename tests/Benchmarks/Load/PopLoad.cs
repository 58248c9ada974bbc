using System.Diagnostics;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>
/// Pops the backlog of all queues of a topic over one connection, some pops under way at a time, and acknowledges each
/// message by itself, as clients do. A pop may bring nothing though there is something: another one has the queue. The
/// next one waits at the broker then, and is left out of the latencies.
/// </summary>
/// <param name="target">What to pop.</param>
/// <param name="group">The group.</param>
/// <param name="backlog">Ends after so many different messages.</param>
/// <param name="popsAtATime">How many pops are under way.</param>
/// <param name="length">The time it takes at most.</param>
/// <param name="pid">The broker's process.</param>
sealed class PopLoad(Target target, string group, long backlog, int popsAtATime, TimeSpan length, int pid) : IDisposable
{
    const int MessagesPerPop = 32;

    /// <summary>Short: no pop is notified of a queue that another one has given back.</summary>
    const int PollMs = 100;

    const int InvisibleMs = 60_000;

    /// <summary>Opaque numbers of acknowledgements; pops count from 0.</summary>
    const int AckOpaque = 1 << 20;

    readonly FrameSocket socket = new(target.Broker);
    readonly long[] sentAt = new long[popsAtATime];
    readonly bool[] waits = new bool[popsAtATime];
    readonly HashSet<(int Queue, long Offset)> seen = [];

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
        while (Stopwatch.GetElapsedTime(began) < length && seen.Count < backlog)
        {
            long before = Messages;
            socket.Receive();
            while (socket.TryNext())
                Answered(socket.Header.Opaque);
            socket.Flush();
            if (Messages > before)
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
        if (!waits[opaque])
            Latencies.Add(Stopwatch.GetElapsedTime(sentAt[opaque]), 1);
        if (code == ResponseCode.Success)
            Acknowledge();
        waits[opaque] = code != ResponseCode.Success;
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
        frame.Field("pollTime"u8, waits[opaque] ? PollMs : 0);
        frame.Field("bornTime"u8, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
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
