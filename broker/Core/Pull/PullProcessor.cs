using System.Collections.Concurrent;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pull;

/// <summary>
/// Hands messages out: PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361), protocol.md §4.3. Bodies go from the mapped
/// log to
/// the socket without a copy on the heap.
/// </summary>
public sealed partial class PullProcessor : IRequestProcessor, IDisposable
{
    static readonly ResponseCode[] RefusalCodes =
    [
        ResponseCode.NoPermission,
        ResponseCode.TopicNotExist,
        ResponseCode.PullNotFound,
        ResponseCode.PullRetryImmediately,
        ResponseCode.PullOffsetMoved,
        ResponseCode.SubscriptionParseFailed,
        ResponseCode.SubscriptionNotExist,
        ResponseCode.SubscriptionNotLatest,
        ResponseCode.SubscriptionGroupNotExist,
        ResponseCode.FilterDataNotExist,
        ResponseCode.FilterDataNotLatest,
        ResponseCode.InvalidParameter,
    ];

    readonly BrokerNode _node;
    readonly BrokerOptions _options;
    readonly MessageStore _store;
    readonly ConcurrentQueue<PulledMessages> _pool = new();
    readonly HeldPulls _held;

    internal PullProcessor(BrokerNode node)
    {
        _node = node;
        _options = node.Options;
        _store = node.Store;
        _held = new HeldPulls(_store, _options.MaxHeldPulls, order => Read(order, holdMs: 0), node.Gather, node.Time);
    }

    /// <summary>Pulls that wait at the moment.</summary>
    public int HeldCount => _held.Count;

    /// <summary>Pulls that were answered at once because too many waited.</summary>
    public long HoldsRefused => _held.Refused;

    internal void Register(ProcessorTable processors)
    {
        foreach (var code in new[] { RequestCode.PullMessage, RequestCode.LitePullMessage })
            processors.Map(code, this, RefusalCodes);
    }

    /// <inheritdoc/>
    public void Process(Request request)
    {
        var header = PullHeader.Read(request);
        if (header.Problem is not null)
        {
            request.Reply(ResponseCode.SystemError, header.Problem);
            return;
        }
        if (!TryOrder(request, header, out var order))
            return;
        // A position beyond the end is not of this queue: see the commits that come alone (15).
        if (
            header.CommitsOffset
            && header.CommitOffset <= order.Queue.MaxOffset.Value
            && !GroupName.IsBrokers(header.Group)
        )
            _node.CommitOffset(header.Group, header.Topic, header.QueueId, header.CommitOffset);
        Read(order, header.MaySuspend ? HoldMs(header.SuspendMs) : 0);
    }

    /// <summary>A message became readable.</summary>
    internal void Arrived(in Arrival arrival) => _held.Arrived(arrival);

    /// <summary>Drops what waits for a connection.</summary>
    internal void Closed(Connection connection) => _held.Closed(connection);

    /// <summary>Answers all that waits; from now on nothing waits.</summary>
    internal void Stop() => _held.AnswerAll();

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    long HoldMs(long asked) => _options.LongPollingEnable ? asked : _options.ShortPollingTimeMs;

    void Read(in PullOrder order, long holdMs)
    {
        if (_node.Offsets.HasResets && TryAnswerReset(order))
            return;
        var start = _node.Time.GetTimestamp();
        var messages = PulledMessages.Rent(_pool);
        var result = messages.Result;
        ReadStatus status;
        try
        {
            status = _store.Read(
                order.Queue,
                new QueueOffset(order.Offset),
                order.MaxMessages,
                order.MaxBytes,
                order.Filter,
                result
            );
        }
        catch
        {
            messages.Release();
            throw;
        }
        var code = CodeOf(status, order.Offset);
        if (code == ResponseCode.PullNotFound && holdMs > 0 && _held.TryHold(order, holdMs))
        {
            messages.Release();
            return;
        }
        // Not held because something has arrived in between: it is read now.
        if (code == ResponseCode.PullNotFound && holdMs > 0 && order.Queue.MaxOffset.Value > order.Offset)
        {
            messages.Release();
            Read(order, holdMs: 0);
            return;
        }
        if (status == ReadStatus.Found)
            _node.Stats.OnGot(
                order.Topic,
                order.Group.NameUtf8,
                order.Queue.QueueId,
                (long)_node.Time.GetElapsedTime(start).TotalMilliseconds
            );
        Answer(order, code, status, messages);
    }

    void Answer(in PullOrder order, ResponseCode code, ReadStatus status, PulledMessages messages)
    {
        var result = messages.Result;
        var next = HasNoQueue(status) ? 0 : result.NextOffset.Value;
        var suggested =
            result.FarBehind && _options.SlaveReadEnable ? order.Group.Config.WhichBrokerWhenConsumeSlowly : 0;
        var reply = order.Token.Begin(code, NameOf(status));
        reply.Field("suggestWhichBrokerId"u8, suggested);
        reply.Field("groupSysFlag"u8, order.Group.Config.GroupSysFlag);
        reply.Field("nextBeginOffset"u8, next);
        reply.Field("maxOffset"u8, result.MaxOffset.Value);
        reply.Field("minOffset"u8, result.MinOffset.Value);
        reply.Field("topicSysFlag"u8, order.Topic.Config.TopicSysFlag);
        _node.Offsets.Pulled(order.Group.NameUtf8, order.Topic.NameUtf8, order.Queue.QueueId, next);
        if (status != ReadStatus.Found)
        {
            _node.Stats.OnMissed();
            messages.Release();
            reply.Send();
            return;
        }
        _node.MessagesDelivered(order.Topic, order.Group, order.Queue.QueueId, result.MessageCount, result.ByteCount);
        reply.Send(messages);
    }

    static bool HasNoQueue(ReadStatus status) =>
        status is ReadStatus.NoMatchedLogicQueue or ReadStatus.NoMessageInQueue;

    static ResponseCode CodeOf(ReadStatus status, long offset) =>
        status switch
        {
            ReadStatus.Found => ResponseCode.Success,
            ReadStatus.NoMatchedMessage or ReadStatus.MessageWasRemoving => ResponseCode.PullRetryImmediately,
            ReadStatus.OffsetOverflowOne or ReadStatus.OffsetFoundNull => ResponseCode.PullNotFound,
            ReadStatus.OffsetTooSmall or ReadStatus.OffsetOverflowBadly => ResponseCode.PullOffsetMoved,
            _ => offset == 0 ? ResponseCode.PullNotFound : ResponseCode.PullOffsetMoved,
        };

    static ReadOnlySpan<byte> NameOf(ReadStatus status) =>
        status switch
        {
            ReadStatus.Found => "FOUND"u8,
            ReadStatus.NoMatchedMessage => "NO_MATCHED_MESSAGE"u8,
            ReadStatus.MessageWasRemoving => "MESSAGE_WAS_REMOVING"u8,
            ReadStatus.OffsetFoundNull => "OFFSET_FOUND_NULL"u8,
            ReadStatus.OffsetOverflowBadly => "OFFSET_OVERFLOW_BADLY"u8,
            ReadStatus.OffsetOverflowOne => "OFFSET_OVERFLOW_ONE"u8,
            ReadStatus.OffsetTooSmall => "OFFSET_TOO_SMALL"u8,
            ReadStatus.NoMatchedLogicQueue => "NO_MATCHED_LOGIC_QUEUE"u8,
            _ => "NO_MESSAGE_IN_QUEUE"u8,
        };
}
