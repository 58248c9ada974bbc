using System.Collections.Concurrent;
using System.Text;
using Broker.Core.Delay;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Transactions;

/// <summary>
/// Serves END_TRANSACTION (37, protocol.md §4.8): a commit stores the half message in its topic, and both outcomes
/// settle it. Refusals have Apache's remarks. Deciding twice is answered as the first time and does nothing, where
/// Apache delivers a second copy.
/// </summary>
sealed class EndTransactionProcessor : IRequestProcessor
{
    public const string NotAvailable = "Service not available now.";

    const string NotFound = "Find prepared transaction message failed";

    readonly BrokerNode _node;
    readonly HalfTopic _halves;
    readonly TransactionMeters _meters;
    readonly LateEnds _late;
    readonly ConcurrentQueue<EndCompletion> _pool = new();

    public EndTransactionProcessor(BrokerNode node, HalfTopic halves, HalfCopyFinder finder, TransactionMeters meters)
    {
        _node = node;
        _halves = halves;
        _meters = meters;
        _late = new LateEnds(halves, finder, this);
    }

    /// <summary>Decisions that wait to know where their message is.</summary>
    public int Waiting => _late.Waiting;

    public void Process(Request request)
    {
        var read = request.Read();
        var order = new EndOrder(
            read.Long("tranStateTableOffset"u8, absent: 0),
            read.Long("commitLogOffset"u8, absent: 0),
            read.Int("commitOrRollback"u8),
            read.Bool("fromTransactionCheck"u8)
        );
        if (!_node.Standing.IsMaster)
            request.Reply(ResponseCode.SlaveNotAvailable);
        else if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        // The producer does not know yet. Apache leaves it at that; an answer does no harm, nobody waits for one.
        else if (order.Decision == SysFlag.TransactionNone)
            request.Reply(ResponseCode.Success);
        else if (order.Decision is not (SysFlag.TransactionCommit or SysFlag.TransactionRollback))
            request.Reply(ResponseCode.SystemError, "commitOrRollback field wrong");
        else
            End(request.Token, order, read.OptionalText("producerGroup"u8));
    }

    /// <summary>Counts a transaction whose message has reached its topic.</summary>
    public void Committed(Topic topic, int queueId, int bytes, long bornTimestamp)
    {
        _node.MessagesStored(topic, queueId, 1, bytes);
        _meters.Committed(topic.Name, _node.Time.GetUtcNow().ToUnixTimeMilliseconds() - bornTimestamp);
    }

    /// <summary>Carries a decision out whose message has moved or was given up: <see cref="LateEnds"/>.</summary>
    /// <param name="token">Answers.</param>
    /// <param name="order">The decision.</param>
    /// <param name="open">
    /// The offset of the message as it was open, whose settlement has begun; null for one that was given up.
    /// </param>
    public void EndLate(in ReplyToken token, in EndOrder order, long? open)
    {
        var end = Rent();
        if (TryRead(order.Position, end, out var half))
        {
            Finish(token, order, half, end, open);
        }
        else
        {
            Reopen(open);
            Refuse(token, end, ResponseCode.SystemError, NotFound);
        }
        EndOfBatch();
    }

    /// <summary>Writes the settlements that this thread has gathered, behind what they settle.</summary>
    public void EndOfBatch()
    {
        _halves.Operations.Write();
        _node.Store.EndOfBatch();
    }

    void End(in ReplyToken token, in EndOrder order, ReadOnlySpan<byte> group)
    {
        var end = Rent();
        if (!TryRead(order.Position, end, out var half))
            Refuse(token, end, ResponseCode.SystemError, NotFound);
        else if (Refusal(half, order, group) is var (code, remark) && code != ResponseCode.Success)
            Refuse(token, end, code, remark);
        else if (_halves.Ready.IsCompletedSuccessfully && _halves.Settled.TryBegin(order.Offset))
            Finish(token, order, half, end, order.Offset);
        else
            Defer(token, order, half, end);
    }

    void Defer(in ReplyToken token, in EndOrder order, in MessageView half, EndCompletion end)
    {
        var late = new LateEnd(
            order,
            HalfMessage.Origin(half),
            Encoding.UTF8.GetString(MessageProperties.Get(half.Properties, PropertyNames.UniqueKey)),
            Encoding.UTF8.GetString(HalfMessage.RealTopic(half))
        );
        end.Return();
        _late.Take(token, late);
    }

    /// <summary>Why the decision is refused, in Apache's order.</summary>
    (ResponseCode Code, string Remark) Refusal(in MessageView half, in EndOrder order, ReadOnlySpan<byte> group)
    {
        var age = _node.Time.GetUtcNow().ToUnixTimeMilliseconds() - half.BornTimestamp;
        var immunity = HalfMessage.ImmunityMs(half, _node.Options.TransactionTimeOutMs);
        if (!order.IsAnswer && age > immunity)
        {
            return (
                ResponseCode.IllegalOperation,
                $"the transaction is {age} ms old and may be decided without a check for {immunity} ms only"
            );
        }
        if (!HalfMessage.Group(half).SequenceEqual(group) || group.IsEmpty)
            return (ResponseCode.SystemError, "The producer group wrong");
        if (half.QueueOffset != order.Offset)
            return (ResponseCode.SystemError, "The transaction state table offset wrong");
        if (!half.Topic.SequenceEqual(_halves.Name))
            return (ResponseCode.SystemError, "The message is not the half of a transaction");
        return (ResponseCode.Success, "");
    }

    void Finish(in ReplyToken token, in EndOrder order, in MessageView half, EndCompletion end, long? open)
    {
        if (!_halves.Operations.HasRoom)
        {
            Reopen(open);
            Refuse(token, end, ResponseCode.SystemBusy, Remarks.Busy);
        }
        else if (order.Decision == SysFlag.TransactionCommit)
        {
            Commit(token, order, half, end, open);
        }
        else
        {
            if (_node.Topics.TryGet(HalfMessage.RealTopic(half), out var topic))
                _meters.RolledBack(topic.Name);
            Settle(half, open);
            end.Return();
            token.Reply(ResponseCode.Success);
        }
    }

    void Commit(in ReplyToken token, in EndOrder order, in MessageView half, EndCompletion end, long? open)
    {
        try
        {
            Append(token, order, half, end, open);
        }
        catch (IOException failure)
        {
            // Its queue cannot be opened: the transaction can be decided once that is over.
            Reopen(open);
            Refuse(token, end, ResponseCode.SystemError, $"The message cannot be stored: {failure.Message}");
        }
    }

    void Append(in ReplyToken token, in EndOrder order, in MessageView half, EndCompletion end, long? open)
    {
        if (!ParkedMessage.TryFindPlace(half, _node.Topics, _node.Store, out var queue, out var topic))
        {
            Reopen(open);
            Refuse(token, end, ResponseCode.SystemError, "The half message does not say where it goes");
            return;
        }
        end.Begin(token, topic, queue.QueueId, half.BornTimestamp);
        var status = _node.Store.Append(
            ParkedMessage.In(queue, half, half.Properties) with
            {
                SysFlag = SysFlag.WithTransaction(half.SysFlag, SysFlag.TransactionCommit),
                PreparedTransactionOffset = order.Position,
            },
            end
        );
        if (status == AppendStatus.Accepted)
        {
            Settle(half, open);
            return;
        }
        Reopen(open);
        var (code, remark) = Answer(status);
        Refuse(token, end, code, remark);
    }

    /// <summary>Behind the append: no settlement may be on disk whose message is not.</summary>
    void Settle(in MessageView half, long? open)
    {
        if (open is not { } offset)
            return;
        _halves.Operations.Add(offset);
        _halves.Settled.End(offset);
        _halves.Counts.Add(HalfMessage.RealTopic(half), -1);
    }

    void Reopen(long? open)
    {
        if (open is { } offset)
            _halves.Settled.Reopen(offset);
    }

    (ResponseCode Code, string Remark) Answer(AppendStatus status) =>
        status switch
        {
            AppendStatus.Illegal => (ResponseCode.MessageIllegal, Remarks.Illegal(_node.Options.MaxMessageSize)),
            AppendStatus.Busy => (ResponseCode.SystemError, "OS page cache busy, please try another machine"),
            _ => (ResponseCode.ServiceNotAvailable, NotAvailable),
        };

    bool TryRead(long position, EndCompletion end, out MessageView half)
    {
        half = default;
        return position >= 0
            && _node.Store.TryRead(new LogPosition(position), end.Half)
            && MessageView.Read(end.Half.Slices[0].Bytes.Span, out half) == MessageProblem.None;
    }

    EndCompletion Rent() => _pool.TryDequeue(out var used) ? used : new EndCompletion(this, _pool);

    static void Refuse(in ReplyToken token, EndCompletion end, ResponseCode code, string remark)
    {
        end.Return();
        token.Reply(code, remark);
    }
}
