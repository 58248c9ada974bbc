using System.Collections.Concurrent;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Core.Transactions;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Send;

/// <summary>
/// Takes messages: SEND_MESSAGE (10), its short form (310) and batches (320). The checks and their order are
/// protocol.md §4.5. Nothing is allocated per message; the answer is written when the store completes.
/// </summary>
public sealed partial class SendProcessor : IRequestProcessor
{
    /// <summary>Completions kept for reuse: as many as requests are usually under way, 300 bytes each.</summary>
    const int PooledMax = 8192;

    /// <summary>What <see cref="Place"/> refuses with.</summary>
    internal static readonly ResponseCode[] PlaceRefusals =
    [
        ResponseCode.ServiceNotAvailable,
        ResponseCode.NoPermission,
        ResponseCode.TopicNotExist,
        ResponseCode.SubscriptionGroupNotExist,
        ResponseCode.InvalidParameter,
    ];

    /// <summary>What a message may be refused with.</summary>
    static readonly ResponseCode[] RefusalCodes =
    [
        .. PlaceRefusals,
        ResponseCode.MessageIllegal,
        ResponseCode.FlushDiskTimeout,
    ];

    readonly BrokerNode _node;
    readonly BrokerOptions _options;
    readonly MessageStore _store;
    readonly TopicTable _topics;
    readonly TimeProvider _time;
    readonly Random _random;
    readonly ConcurrentQueue<SendCompletion> _pool = new();
    readonly byte[] _region;
    readonly byte[] _trace;
    readonly byte[] _marks;

    internal SendProcessor(BrokerNode node, Random random)
    {
        _node = node;
        _options = node.Options;
        _store = node.Store;
        _topics = node.Topics;
        _time = node.Time;
        _random = random;
        _region = Encoding.UTF8.GetBytes(_options.RegionId);
        _trace = _options.TraceOn ? "true"u8.ToArray() : "false"u8.ToArray();
        var marks = new PropertiesWriter(stackalloc byte[512]);
        marks.Add(PropertyNames.MsgRegion, _region);
        marks.Add(PropertyNames.TraceSwitch, _trace);
        marks.Add(PropertyNames.Cluster, _options.BrokerClusterName);
        _marks = marks.Written.ToArray();
        marks.Free();
    }

    internal void Register(ProcessorTable processors)
    {
        foreach (var code in new[] { RequestCode.SendMessage, RequestCode.SendMessageV2, RequestCode.SendBatchMessage })
            processors.Map(code, this, RefusalCodes);
    }

    /// <inheritdoc/>
    public void Process(Request request)
    {
        var header = SendHeader.Read(request);
        if (header.Problem is not null)
            Refuse(request.Token, ResponseCode.SystemError, header.Problem);
        else if (Place(request, header) is { } topic)
            Store(request, header, topic);
    }

    internal void Prepared(Topic topic, long offset, int bytes)
    {
        _node.Transactions.Prepared(topic.NameUtf8, offset);
        _node.MessagesStored(_node.Transactions.Topic, HalfMessage.QueueId, 1, bytes);
    }

    internal void Stored(Topic topic, int queueId, int messages, int bytes, long received)
    {
        _node.MessagesStored(topic, queueId, messages, bytes);
        _node.Stats.OnPut(topic, queueId, (long)_time.GetElapsedTime(received).TotalMilliseconds);
    }

    internal string BrokerName => _options.BrokerName;

    internal void Return(SendCompletion completion)
    {
        if (_pool.Count < PooledMax)
            _pool.Enqueue(completion);
    }

    /// <summary>
    /// Answers with a code. Every answer to a send, also a refusal, says region and trace, as the reference's do.
    /// </summary>
    internal void Refuse(in ReplyToken token, ResponseCode code, string remark)
    {
        _node.Refusals.Add("send", code, remark, token.Connection.RemoteEndPoint);
        var reply = token.Begin(code, Encoding.UTF8.GetBytes(remark));
        AddMarks(ref reply);
        reply.Send();
    }

    internal void RefuseAsNotAvailable(in ReplyToken token) =>
        Refuse(token, ResponseCode.ServiceNotAvailable, Remarks.NotAvailable(_store));

    internal void AddMarks(ref ReplyWriter reply)
    {
        reply.Field("TRACE_ON"u8, _trace);
        reply.Field("MSG_REGION"u8, _region);
    }

    SendCompletion Rent() => _pool.TryDequeue(out var pooled) ? pooled : new SendCompletion(this);

    void Store(Request request, in SendHeader header, Topic topic)
    {
        var sent = SentProperties.Scan(header.Properties);
        if (_options.EnableTopicMessageTypeCheck && MessageTypes.Problem(topic, sent) is { } mismatch)
        {
            Refuse(request.Token, ResponseCode.MessageIllegal, mismatch);
            return;
        }
        if (Refusal(header, sent, request.Body) is var (code, remark) && remark.Length > 0)
        {
            Refuse(request.Token, code, remark);
            return;
        }
        if (!TryPlaceInTime(request.Token, topic, ref sent))
            return;
        // A message that became a dead letter goes to another topic than it named, with queues of its own.
        var queueId =
            header.QueueId < 0 || topic.IsDeadLetter && header.QueueId >= topic.WriteQueues
                ? RandomQueue(topic.WriteQueues)
                : header.QueueId;
        if (!sent.NeedsRewrite)
        {
            Append(request, header, sent, topic, queueId, header.Properties);
            return;
        }
        var writer = new PropertiesWriter(stackalloc byte[512]);
        sent.Rewrite(header.Properties, ref writer);
        Append(request, header, sent, topic, queueId, writer.Written);
        writer.Free();
    }

    void Append(
        Request request,
        scoped in SendHeader header,
        scoped in SentProperties sent,
        Topic topic,
        int queueId,
        scoped ReadOnlySpan<byte> properties
    )
    {
        var standing = _node.Standing;
        Span<byte> born = stackalloc byte[MessageLayout.HostV6Bytes];
        var host = new HostAddress(request.Connection.RemoteEndPoint);
        host.Write(born);
        var added = new PropertiesWriter(stackalloc byte[512]);
        Span<byte> made = stackalloc byte[64];
        scoped var uniqueKey = sent.UniqueKey;
        if (uniqueKey.IsEmpty && !header.IsBatch)
        {
            uniqueKey = made[..standing.UniqueIds.Next(made)];
            added.Add(PropertyNames.UniqueKey, uniqueKey);
        }
        var sharedIdBytes = header.IsBatch ? Share(properties, uniqueKey, ref added) : 0;
        added.Copy(_marks);
        var isHalf = IsHalf(header, sent);
        var queue = isHalf ? Halve(uniqueKey, topic, queueId, ref added) : Park(sent, topic, queueId, ref added);

        var body = request.Body;
        var completion = Rent();
        completion.Begin(request.Token, standing, topic, queueId, header.IsBatch ? default : uniqueKey);
        completion.IsHalf = isHalf;
        completion.OutMs = sent.OutMs;
        var message = new AppendRequest
        {
            Queue = queue,
            Body = body,
            Properties = header.IsBatch ? default : properties,
            AddedProperties = added.Written,
            SharedIdBytes = sharedIdBytes,
            ReservedPropertyBytes = topic.IsRetry || topic.IsDeadLetter ? 0 : PropertyReserve.Bytes,
            BornHost = born[..host.Length],
            BornTimestamp = header.BornTimestamp,
            Flag = header.Flag,
            SysFlag = isHalf ? SysFlag.WithTransaction(header.SysFlag, SysFlag.TransactionNone) : header.SysFlag,
            ReconsumeTimes = header.ReconsumeTimes,
        };
        var status = header.IsBatch ? _store.AppendBatch(message, completion) : _store.Append(message, completion);
        if (status != AppendStatus.Accepted)
        {
            Return(completion);
            if (status != AppendStatus.Busy || !_node.Room.TryPostpone(request))
                Refuse(request.Token, status);
        }
        added.Free();
    }

    /// <summary>
    /// A batch's own properties are those of all its parts (protocol.md §3.6); the parts keep theirs. Its id, which 5.x
    /// clients send, is one only for parts without any: it comes first, and its length is returned.
    /// </summary>
    static int Share(
        scoped ReadOnlySpan<byte> properties,
        scoped ReadOnlySpan<byte> id,
        scoped ref PropertiesWriter added
    )
    {
        added.Add(PropertyNames.UniqueKey, id);
        var idBytes = added.Written.Length;
        added.CopyExcept(properties, PropertyNames.UniqueKey);
        return idBytes;
    }

    ConsumeQueue Halve(ReadOnlySpan<byte> uniqueKey, Topic topic, int queueId, scoped ref PropertiesWriter added)
    {
        HalfMessage.Park(uniqueKey, topic.NameUtf8, queueId, ref added);
        return _node.Transactions.Topic.Log.Queue(HalfMessage.QueueId);
    }

    /// <summary>Dead letters are final: they are not delayed once more (protocol.md §4.6).</summary>
    ConsumeQueue Park(scoped in SentProperties sent, Topic topic, int queueId, scoped ref PropertiesWriter added) =>
        sent.DelayLevel > 0 && !topic.IsDeadLetter
            ? _node.Delays.Park(sent.DelayLevel, topic.NameUtf8, queueId, ref added)
        : sent.OutMs > 0 ? _node.Timers.Policy.Park(sent.OutMs, topic.NameUtf8, queueId, ref added)
        : topic.Log.Queue(queueId);

    void Refuse(in ReplyToken token, AppendStatus status)
    {
        switch (status)
        {
            case AppendStatus.Illegal:
                Refuse(token, ResponseCode.MessageIllegal, Remarks.Illegal(_options.MaxMessageSize));
                break;
            case AppendStatus.Busy:
                Refuse(token, ResponseCode.SystemBusy, Remarks.Busy);
                break;
            default:
                RefuseAsNotAvailable(token);
                break;
        }
    }

    internal int RandomQueue(int queues)
    {
        lock (_random)
            return _random.Next(Math.Max(1, queues));
    }
}
