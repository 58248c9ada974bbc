using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Transactions;

/// <summary>
/// The half topic and what is known of it: which messages are settled, how many are open for each topic. What is known
/// is read again from the operation topic at each start, from where the group CID_RMQ_SYS_TRANS is in both topics.
/// </summary>
sealed class HalfTopic
{
    /// <summary>
    /// Transactions that may be undecided; further ones are refused as busy. 100 million bits are 12 MB of memory.
    /// </summary>
    public const long OpenMax = 100_000_000;

    /// <summary>Notes of where both topics were, one a check pass; with more the oldest notes last longer.</summary>
    const int MarksMax = 1024;

    readonly MessageStore _store;
    readonly ConsumerOffsets _offsets;
    readonly ILogger _logger;
    readonly Queue<(long Operations, long Half)> _marks = new();
    TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _countedFrom = long.MaxValue;

    public HalfTopic(
        BrokerOptions options,
        MessageStore store,
        ConsumerOffsets offsets,
        Func<BrokerStanding> standing,
        TimeProvider time,
        ILogger logger
    )
    {
        Options = options;
        _store = store;
        _offsets = offsets;
        _logger = logger;
        Queue = store.Topic(TopicName.Half).Queue(HalfMessage.QueueId);
        Operations = new OperationLog(store, standing, time);
    }

    public BrokerOptions Options { get; }

    /// <summary>Where half messages are.</summary>
    public ConsumeQueue Queue { get; }

    /// <summary>What is settled, on disk.</summary>
    public OperationLog Operations { get; }

    /// <summary>What is settled, in memory.</summary>
    public SettledOffsets Settled { get; } = new();

    /// <summary>What is open, by topic.</summary>
    public HalfCounts Counts { get; } = new();

    /// <summary>
    /// Held while messages move to the end of the topic: who finds one settled must wait to know where it is.
    /// </summary>
    public SemaphoreSlim Moving { get; } = new(1, 1);

    /// <summary>Ends when it is known what is settled.</summary>
    public Task Ready => _ready.Task;

    /// <summary>How many transactions are undecided.</summary>
    public long OpenCount => Settled.OpenCount(Queue.MaxOffset.Value);

    /// <summary>The topic's name.</summary>
    public ReadOnlySpan<byte> Name => "RMQ_SYS_TRANS_HALF_TOPIC"u8;

    static ReadOnlySpan<byte> Group => "CID_RMQ_SYS_TRANS"u8;

    static ReadOnlySpan<byte> OperationsName => "RMQ_SYS_TRANS_OP_HALF_TOPIC"u8;

    /// <summary>Counts a half message that was stored.</summary>
    public void Prepared(ReadOnlySpan<byte> topic, long offset)
    {
        // Those from before the start were there when the start counted.
        if (offset >= Volatile.Read(ref _countedFrom))
            Counts.Add(topic, 1);
    }

    /// <summary>Learns what is settled; <see cref="Ready"/> ends with it.</summary>
    public void Load()
    {
        _marks.Clear();
        Counts.Reset();
        var end = Queue.MaxOffset.Value;
        Volatile.Write(ref _countedFrom, end);
        // After a power cut the topic may end before the offset that was kept: what comes then is open.
        var front = Math.Clamp(_offsets.Query(Group, Name, HalfMessage.QueueId), Queue.MinOffset.Value, end);
        var operations = Operations.Queue;
        var from = Math.Clamp(
            _offsets.Query(Group, OperationsName, HalfMessage.QueueId),
            operations.MinOffset.Value,
            Math.Max(operations.MinOffset.Value, operations.MaxOffset.Value)
        );
        Settled.Reset(front);
        Operations.Read(from, offset => Settled.TrySettle(offset));
        Commit(Settled.Advance(Queue.MinOffset.Value, end), from);
        _offsets.Persist();
        var open = CountOpen(end);
        TransactionLog.Loaded(_logger, open, front, operations.MaxOffset.Value - from);
        _ready.TrySetResult();
    }

    /// <summary>Nothing is known from here until the next <see cref="Load"/>.</summary>
    public void Forget()
    {
        if (_ready.Task.IsCompleted)
            _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _countedFrom, long.MaxValue);
    }

    /// <summary>Notes that every settlement so far is one of the messages so far.</summary>
    public void Mark()
    {
        var operations = Operations.Queue.MaxOffset.Value;
        if (_marks.Count < MarksMax)
            _marks.Enqueue((operations, Queue.MaxOffset.Value));
    }

    /// <summary>Moves the front behind what is settled, and keeps where a start must begin to read.</summary>
    public void Advance()
    {
        var front = Settled.Advance(Queue.MinOffset.Value, Queue.MaxOffset.Value);
        var operations = _offsets.Query(Group, OperationsName, HalfMessage.QueueId);
        while (_marks.TryPeek(out var mark) && mark.Half <= front)
        {
            operations = mark.Operations;
            _marks.Dequeue();
        }
        Commit(front, operations);
    }

    void Commit(long front, long operations)
    {
        Commit(Name, front);
        Commit(OperationsName, operations);
    }

    /// <summary>Without transactions the group is not among those that consume, as with Apache.</summary>
    void Commit(ReadOnlySpan<byte> topic, long offset)
    {
        if (offset > 0 || _offsets.Query(Group, topic, HalfMessage.QueueId) > 0)
            _offsets.Commit(Group, topic, HalfMessage.QueueId, offset);
    }

    /// <summary>Counts what is open below an offset, by topic.</summary>
    long CountOpen(long end)
    {
        var read = new ReadResult();
        var entry = new QueueEntry[1];
        var count = 0L;
        for (var at = Settled.NextOpen(0, end); at < end; at = Settled.NextOpen(at + 1, end))
        {
            if (_store.ReadEntries(Queue, new QueueOffset(at), entry) == 0 || !_store.TryRead(entry[0].Position, read))
                continue;
            if (MessageView.Read(read.Slices[0].Bytes.Span, out var half) == MessageProblem.None)
                Counts.Add(HalfMessage.RealTopic(half), 1);
            read.Release();
            count++;
        }
        return count;
    }
}
