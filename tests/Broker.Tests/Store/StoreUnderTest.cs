using System.Buffers;
using System.Text;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
using Broker.Telemetry;

namespace Broker.Tests.Store;

/// <summary>
/// A small store on a <see cref="ForgetfulFileSystem"/>, stepped by the test, and what most tests do with one.
/// </summary>
public sealed class StoreUnderTest : IDisposable
{
    public const string Root = "/store";

    readonly MetricsRegistry metrics = new(new MetricsOptions(), TimeProvider.System);

    static readonly byte[] BornHost = [10, 0, 0, 1, 0, 0, 4, 210];

    public StoreUnderTest(
        ForgetfulFileSystem? files = null,
        Func<StoreOptions, StoreOptions>? change = null,
        SteppedTime? time = null
    )
    {
        Files = files ?? new ForgetfulFileSystem();
        Time = time ?? new SteppedTime();
        Store = MessageStore.Open((change ?? (o => o))(Options()), Files, Time, Log, metrics);
    }

    public ForgetfulFileSystem Files { get; }

    public SteppedTime Time { get; }

    public MessageStore Store { get; }

    public LogLines Log { get; } = new();

    public static StoreOptions Options(
        FlushMode flushMode = FlushMode.Async,
        bool background = false,
        int segmentBytes = 64 * 1024,
        int queueFileEntries = 100,
        int mappedSegmentsMax = 1_024,
        int openFilesMax = 4_096,
        long inMemoryBytes = 1L << 40,
        long verifyTailBytes = 64 << 20,
        int timersInMemory = 16_384,
        int queuesWrittenMax = 4_096,
        int queryStepsMax = 1_000_000,
        long repairedAtOnceBytes = 16 << 20
    ) =>
        new()
        {
            RootDirectory = Root,
            FlushMode = flushMode,
            SegmentBytes = segmentBytes,
            QueueFileEntries = queueFileEntries,
            IndexSlots = 50,
            IndexEntries = 200,
            BackgroundWork = background,
            MappedSegmentsMax = mappedSegmentsMax,
            OpenFilesMax = openFilesMax,
            InMemoryBytes = inMemoryBytes,
            VerifyTailBytes = verifyTailBytes,
            TimersInMemory = timersInMemory,
            QueuesWrittenMax = queuesWrittenMax,
            QueryStepsMax = queryStepsMax,
            RepairedAtOnceBytes = repairedAtOnceBytes,
        };

    /// <summary>Appends and has it written; the outcome.</summary>
    public Outcome Send(string topic, int queueId, string body, string properties = "", int sysFlag = 0, int flag = 0)
    {
        var outcome = Gather(topic, queueId, body, properties, sysFlag, flag);
        Store.EndOfBatch();
        return outcome;
    }

    /// <summary>Appends without having it written.</summary>
    public Outcome Gather(string topic, int queueId, string body, string properties = "", int sysFlag = 0, int flag = 0)
    {
        var outcome = new Outcome();
        outcome.Placed = Store.Append(
            new AppendRequest
            {
                Queue = Store.Topic(topic).Queue(queueId),
                Body = Encoding.UTF8.GetBytes(body),
                Properties = Encoding.UTF8.GetBytes(properties),
                BornHost = BornHost,
                BornTimestamp = 1_700_000_000_000,
                SysFlag = sysFlag,
                Flag = flag,
            },
            outcome
        );
        return outcome;
    }

    public Outcome SendBatch(string topic, int queueId, params string[] bodies)
    {
        var encoded = new ArrayBufferWriter<byte>();
        foreach (var body in bodies)
            BatchWriter.Add(encoded, 0, Encoding.UTF8.GetBytes(body), default);
        return SendRawBatch(topic, queueId, encoded.WrittenSpan);
    }

    public Outcome SendRawBatch(string topic, int queueId, ReadOnlySpan<byte> encoded)
    {
        var outcome = new Outcome();
        outcome.Placed = Store.AppendBatch(
            new AppendRequest
            {
                Queue = Store.Topic(topic).Queue(queueId),
                Body = encoded,
                BornHost = BornHost,
            },
            outcome
        );
        Store.EndOfBatch();
        return outcome;
    }

    /// <summary>All bodies of a queue, by pulls of the size.</summary>
    public List<string> Bodies(string topic, int queueId, int perRead = 32)
    {
        var bodies = new List<string>();
        var queue = Store.Topic(topic).Queue(queueId);
        var result = new ReadResult();
        for (var next = queue.MinOffset; next.Value < queue.MaxOffset.Value; result.Release())
        {
            Store.Read(queue, next, perRead, 1 << 20, MessageFilter.All, result);
            bodies.AddRange(Messages(result).Select(message => message.Body));
            if (result.NextOffset.Value <= next.Value)
                throw new InvalidOperationException("A read does not advance.");
            next = result.NextOffset;
        }
        return bodies;
    }

    public static List<(string Topic, int QueueId, long QueueOffset, string Body)> Messages(ReadResult result)
    {
        var messages = new List<(string, int, long, string)>();
        foreach (var slice in result.Slices)
        {
            for (var rest = slice.Bytes.Span; !rest.IsEmpty; )
            {
                if (MessageView.Read(rest, out var message) != MessageProblem.None || !message.BodyIsIntact)
                    throw new InvalidDataException("A slice holds something that is no message.");
                messages.Add(
                    (
                        Encoding.UTF8.GetString(message.Topic),
                        message.QueueId,
                        message.QueueOffset,
                        Encoding.UTF8.GetString(message.Body)
                    )
                );
                rest = rest[message.TotalSize..];
            }
        }
        return messages;
    }

    /// <summary>Ends as a kill does, and opens what is left.</summary>
    public StoreUnderTest Reopen(ForgetfulFileSystem left, Func<StoreOptions, StoreOptions>? change = null)
    {
        Store.Abort();
        return new StoreUnderTest(left, change, Time);
    }

    public void Dispose()
    {
        Store.Dispose();
        metrics.Dispose();
    }
}
