using Broker.Core.Delay;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Send;

/// <summary>
/// Answers one send once the store has the message. Pooled by its <see cref="SendProcessor"/>; keeps copies of what the
/// answer needs, because the request is gone by then.
/// </summary>
sealed class SendCompletion(SendProcessor owner) : AppendCompletion
{
    /// <summary>
    /// Java ids have 32 or 56 characters; a longer one is cut out of the answer, not out of the message.
    /// </summary>
    const int UniqueKeyBytesMax = 128;

    readonly byte[] _uniqueKey = new byte[UniqueKeyBytesMax];
    int _uniqueKeyLength;
    ReplyToken _token;
    BrokerStanding _standing = null!;
    Topic _topic = null!;
    int _queueId;

    /// <summary>The message is the first half of a transaction, and the topic the one that it goes to.</summary>
    public bool IsHalf { get; set; }

    /// <summary>The second that the message waits for, in ms since 1970; 0 when it does not wait.</summary>
    public long OutMs { get; set; }

    /// <summary>Takes what the answer will say.</summary>
    public void Begin(
        in ReplyToken token,
        BrokerStanding standing,
        Topic topic,
        int queueId,
        ReadOnlySpan<byte> uniqueKey
    )
    {
        _token = token;
        _standing = standing;
        _topic = topic;
        _queueId = queueId;
        _uniqueKeyLength = uniqueKey.Length <= UniqueKeyBytesMax ? uniqueKey.Length : 0;
        uniqueKey[.._uniqueKeyLength].CopyTo(_uniqueKey);
    }

    public override void Completed(AppendStatus outcome)
    {
        if (outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
        {
            if (IsHalf)
                owner.Prepared(_topic, QueueOffset.Value, StoredBytes);
            else
                owner.Stored(_topic, _queueId, Count, StoredBytes, _token.Received);
        }
        if (_token.IsOneway)
            _token.Dismiss();
        else
            Answer(outcome);
        _token = default;
        owner.Return(this);
    }

    void Answer(AppendStatus outcome)
    {
        if (outcome is not (AppendStatus.Stored or AppendStatus.FlushTimeout))
        {
            owner.RefuseAsNotAvailable(_token);
            return;
        }
        var reply = _token.Begin(outcome == AppendStatus.Stored ? ResponseCode.Success : ResponseCode.FlushDiskTimeout);
        reply.Field("queueId"u8, _queueId);
        if (_uniqueKeyLength > 0)
            reply.Field("transactionId"u8, _uniqueKey.AsSpan(0, _uniqueKeyLength));
        WriteIds(ref reply);
        WriteRecallHandle(ref reply);
        owner.AddMarks(ref reply);
        reply.Field("queueOffset"u8, QueueOffset.Value);
        reply.Send();
    }

    /// <summary>Retries cannot be taken back: the consumer that sent one has forgotten it.</summary>
    void WriteRecallHandle(ref ReplyWriter reply)
    {
        if (OutMs == 0 || _topic.IsRetry || _uniqueKeyLength == 0)
            return;
        Span<byte> handle = stackalloc byte[RecallHandle.BytesMax];
        var key = _uniqueKey.AsSpan(0, _uniqueKeyLength);
        var length = RecallHandle.Write(handle, _topic.NameUtf8, owner.BrokerName, OutMs, key);
        reply.Field("recallHandle"u8, handle[..length]);
    }

    /// <summary>One id, or of a batch all of them joined by commas (protocol.md §0.13).</summary>
    void WriteIds(ref ReplyWriter reply)
    {
        var host = _standing.StoreHost;
        var length = OffsetMessageId.Length(host.Length);
        var positions = Positions;
        if (positions.IsEmpty)
        {
            Span<byte> id = stackalloc byte[OffsetMessageId.CharsMax];
            OffsetMessageId.Write(id, host, Position.Value);
            reply.Field("msgId"u8, id[..length]);
            return;
        }
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(positions.Length * (length + 1));
        var at = 0;
        foreach (var position in positions)
        {
            at += OffsetMessageId.Write(rented.AsSpan(at), host, position);
            rented[at++] = (byte)',';
        }
        reply.Field("msgId"u8, rented.AsSpan(0, at - 1));
        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }
}
