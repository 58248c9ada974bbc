using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Broker.Protocol.Messages;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Writes checkpoints and acknowledgements (<see cref="ReviveRecord"/>) to the revive log. Topic, group and broker
/// names
/// hold no letter that JSON escapes, so they are copied as they are.
/// </summary>
sealed class ReviveLog
{
    readonly MessageStore _store;
    readonly TimeProvider _time;
    readonly Func<BrokerStanding> _standing;
    readonly byte[] _broker;
    readonly PopMeters _meters;
    readonly ConcurrentQueue<ReviveAppend> _appends = new();
    readonly ConcurrentQueue<ArrayBufferWriter<byte>> _buffers = new();

    public ReviveLog(
        MessageStore store,
        string topic,
        int queues,
        string broker,
        Func<BrokerStanding> standing,
        PopMeters meters,
        TimeProvider time
    )
    {
        _store = store;
        _time = time;
        _standing = standing;
        _meters = meters;
        _broker = Encoding.UTF8.GetBytes(broker);
        Topic = topic;
        Queues = [.. Enumerable.Range(0, queues).Select(id => new ReviveQueue(id, store.Topic(topic).Queue(id)))];
    }

    /// <summary>The topic of the records.</summary>
    public string Topic { get; }

    /// <summary>Its queues.</summary>
    public IReadOnlyList<ReviveQueue> Queues { get; }

    /// <summary>The name of this broker in records and handles.</summary>
    public ReadOnlySpan<byte> BrokerName => _broker;

    /// <summary>Now, ms since 1970.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Writes a checkpoint with what is acknowledged of it by now; <paramref name="completion"/> is told.
    /// </summary>
    public AppendStatus Write(Checkpoint checkpoint, uint acked, AppendCompletion completion)
    {
        var body = Rent();
        body.Text("{\"bm\":"u8).Number((int)acked);
        Names(body, checkpoint.Queue).Text(",\"d\":["u8);
        for (var i = 0; i < checkpoint.Messages; i++)
        {
            if (i > 0)
                body.Letter((byte)',');
            body.Number(checkpoint.DistanceOf(i));
        }
        body.Text("],\"it\":"u8).Number(checkpoint.InvisibleMs);
        body.Text(",\"n\":"u8).Number(checkpoint.Messages);
        Place(body, checkpoint.Queue, checkpoint.Key.PopTime);
        body.Text(",\"reviveTime\":"u8).Number(checkpoint.ReviveTime).Text(",\"ro\":0"u8);
        End(body, checkpoint.Queue, checkpoint.StartOffset);
        checkpoint.Revive.Begin();
        var status = Append(
            checkpoint.Revive,
            body,
            ReviveRecord.CheckpointTag,
            checkpoint.Queue,
            checkpoint.Key,
            checkpoint.StartOffset,
            completion
        );
        if (status != AppendStatus.Accepted)
            checkpoint.Revive.Settled(status);
        _meters.Written(isCheckpoint: true, status);
        return status;
    }

    /// <summary>
    /// Writes that messages are acknowledged: <paramref name="bits"/> of a checkpoint. <paramref name="reply"/> is
    /// told.
    /// </summary>
    public void WriteAcks(Checkpoint checkpoint, uint bits, AckReply? reply)
    {
        var isSingle = uint.IsPow2(bits);
        var first = checkpoint.OffsetOf(int.CreateTruncating(uint.TrailingZeroCount(bits)));
        var body = Rent();
        body.Text("{\"ao\":"u8).Number(isSingle ? first : -1);
        if (!isSingle)
            List(body, checkpoint, bits);
        Names(body, checkpoint.Queue);
        Place(body, checkpoint.Queue, checkpoint.PopTime);
        End(body, checkpoint.Queue, checkpoint.StartOffset);
        var queue = checkpoint.Revive;
        queue.Begin();
        reply?.Expect();
        var append = ReviveAppend.Rent(_appends, queue, reply);
        var tag = isSingle ? ReviveRecord.AckTag : ReviveRecord.BatchAckTag;
        var status = Append(queue, body, tag, checkpoint.Queue, checkpoint.Key, first, append);
        if (status != AppendStatus.Accepted)
            append.Completed(status);
        _meters.Written(isCheckpoint: false, status);
    }

    static void List(ArrayBufferWriter<byte> body, Checkpoint checkpoint, uint bits)
    {
        body.Text(",\"aol\":"u8);
        var separator = (byte)'[';
        for (var i = 0; i < checkpoint.Messages; i++)
        {
            if ((bits & (1u << i)) == 0)
                continue;
            body.Letter(separator).Number(checkpoint.OffsetOf(i));
            separator = (byte)',';
        }
        body.Letter((byte)']');
    }

    ArrayBufferWriter<byte> Names(ArrayBufferWriter<byte> body, PopQueue queue) =>
        body.Text(",\"bn\":\""u8)
            .Text(_broker)
            .Text("\",\"c\":\""u8)
            .Text(queue.Group.Group.NameUtf8)
            .Letter((byte)'"');

    static void Place(ArrayBufferWriter<byte> body, PopQueue queue, long popTime) =>
        body.Text(",\"pt\":"u8).Number(popTime).Text(",\"q\":"u8).Number(queue.QueueId);

    static void End(ArrayBufferWriter<byte> body, PopQueue queue, long start) =>
        body.Text(",\"so\":"u8).Number(start).Text(",\"t\":\""u8).Text(queue.Group.Topic.NameUtf8).Text("\"}"u8);

    AppendStatus Append(
        ReviveQueue target,
        ArrayBufferWriter<byte> body,
        ReadOnlySpan<byte> tag,
        PopQueue queue,
        in CheckpointKey key,
        long offset,
        AppendCompletion completion
    )
    {
        var now = Now;
        var id = Rent();
        id.Text(queue.Group.Topic.NameUtf8).Letter((byte)'@').Number(queue.QueueId);
        id.Letter((byte)'@').Number(offset).Letter((byte)'@').Text(queue.Group.Group.NameUtf8);
        id.Letter((byte)'@').Number(key.PopTime).Letter((byte)'@').Text(_broker).Letter((byte)'@').Text(tag);
        var properties = new PropertiesWriter(stackalloc byte[768]);
        // A broker of Apache's that adopts the folder takes this as the time that its log has come to.
        properties.Add(PropertyNames.TimerDeliverMs, now);
        properties.Add(PropertyNames.UniqueKey, id.WrittenSpan);
        properties.Add(PropertyNames.Tags, tag);
        var status = _store.Append(
            new AppendRequest
            {
                Queue = target.Log,
                Body = body.WrittenSpan,
                Properties = properties.Written,
                BornHost = _standing().StoreHost,
                BornTimestamp = now,
            },
            completion
        );
        properties.Free();
        Return(id);
        Return(body);
        return status;
    }

    ArrayBufferWriter<byte> Rent() => _buffers.TryDequeue(out var used) ? used : new ArrayBufferWriter<byte>(512);

    void Return(ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        _buffers.Enqueue(buffer);
    }
}
