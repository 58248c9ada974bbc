using System.Buffers.Text;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Transactions;

/// <summary>
/// The operation topic: which half messages are settled, so that a start knows it again. Its messages have the tag d
/// and the offsets of half messages as body, each with a comma behind it (protocol.md §4.8). What connections settle
/// together is written together, always behind what it settles. Any thread may call.
/// </summary>
sealed class OperationLog
{
    /// <summary>Bytes of one message's body: Apache's default for <c>transactionOpMsgMaxSize</c>.</summary>
    const int BodyBytesMax = 4096;

    /// <summary>What may wait for the disk before decisions are refused: some 100,000 settlements.</summary>
    const int WaitingBytesMax = 1 << 20;

    /// <summary>Digits of an offset, and the comma.</summary>
    const int EntryBytesMax = 20;

    readonly Lock _gate = new();
    readonly MessageStore _store;
    readonly Func<BrokerStanding> _standing;
    readonly TimeProvider _time;
    readonly byte[] _properties;
    readonly Unwatched _unwatched = new();
    byte[] _waiting = new byte[2 * BodyBytesMax];
    int _length;

    public OperationLog(MessageStore store, Func<BrokerStanding> standing, TimeProvider time)
    {
        _store = store;
        _standing = standing;
        _time = time;
        Queue = store.Topic(TopicName.Operations).Queue(HalfMessage.QueueId);
        var properties = new PropertiesWriter(stackalloc byte[64]);
        properties.Add(PropertyNames.WaitStored, "true"u8);
        properties.Add(PropertyNames.Tags, "d"u8);
        _properties = properties.Written.ToArray();
        properties.Free();
    }

    /// <summary>Where the messages are.</summary>
    public ConsumeQueue Queue { get; }

    /// <summary>Bytes that wait to be written.</summary>
    public int WaitingBytes => Volatile.Read(ref _length);

    /// <summary>False when the disk is so far behind that no more should be settled.</summary>
    public bool HasRoom => WaitingBytes < WaitingBytesMax;

    /// <summary>Takes a settlement; <see cref="Write"/> stores it.</summary>
    public void Add(long offset)
    {
        lock (_gate)
        {
            MakeRoomLocked(EntryBytesMax);
            Utf8Formatter.TryFormat(offset, _waiting.AsSpan(_length), out var digits);
            _waiting[_length + digits] = (byte)',';
            _length += digits + 1;
        }
    }

    /// <summary>Hands what waits to the store; what the store refuses goes on waiting.</summary>
    public void Write()
    {
        Span<byte> body = stackalloc byte[BodyBytesMax];
        while (Volatile.Read(ref _length) > 0)
        {
            var length = Take(body);
            if (length == 0 || TryAppend(body[..length]))
                continue;
            PutBack(body[..length]);
            return;
        }
    }

    /// <summary>Reads the settlements from an offset of the operation topic to its end.</summary>
    public void Read(long from, Action<long> settled)
    {
        var read = new ReadResult();
        var entries = new QueueEntry[32];
        var end = Queue.MaxOffset.Value;
        while (from < end)
        {
            var count = _store.ReadEntries(Queue, new QueueOffset(from), entries);
            if (count == 0)
                return;
            foreach (var entry in entries.AsSpan(0, count))
            {
                if (!_store.TryRead(entry.Position, read))
                    continue;
                if (MessageView.Read(read.Slices[0].Bytes.Span, out var message) == MessageProblem.None)
                    Parse(message.Body, settled);
                read.Release();
            }
            from += count;
        }
    }

    static void Parse(ReadOnlySpan<byte> body, Action<long> settled)
    {
        foreach (var range in body.Split((byte)','))
        {
            var text = body[range];
            if (Utf8Parser.TryParse(text, out long offset, out var used) && used == text.Length)
                settled(offset);
        }
    }

    /// <summary>Takes as many whole entries as fit.</summary>
    int Take(Span<byte> body)
    {
        lock (_gate)
        {
            var length = _length;
            if (length > body.Length)
                length = _waiting.AsSpan(0, body.Length).LastIndexOf((byte)',') + 1;
            _waiting.AsSpan(0, length).CopyTo(body);
            _waiting.AsSpan(length, _length - length).CopyTo(_waiting);
            _length -= length;
            return length;
        }
    }

    void PutBack(ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            MakeRoomLocked(body.Length);
            body.CopyTo(_waiting.AsSpan(_length));
            _length += body.Length;
        }
    }

    bool TryAppend(ReadOnlySpan<byte> body)
    {
        var status = _store.Append(
            new AppendRequest
            {
                Queue = Queue,
                Body = body,
                Properties = _properties,
                BornHost = _standing().StoreHost,
                BornTimestamp = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            _unwatched
        );
        return status == AppendStatus.Accepted;
    }

    void MakeRoomLocked(int bytes)
    {
        if (_waiting.Length - _length < bytes)
            Array.Resize(ref _waiting, Math.Max(_waiting.Length * 2, _length + bytes));
    }

    /// <summary>Nobody waits for it: without it, a transaction is merely asked about once more after a crash.</summary>
    sealed class Unwatched : AppendCompletion
    {
        public override void Completed(AppendStatus outcome) { }
    }
}
