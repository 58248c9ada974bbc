using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Serves NOTIFICATION (200054): says whether there is something to pop, at once or as soon as there is. And
/// POLLING_INFO
/// (200055): how many pops wait (protocol.md §2.1).
/// </summary>
sealed class NotificationProcessor(
    BrokerNode node,
    PopGroups groups,
    PopChecks checks,
    PopReader reader,
    ReviveLog log,
    ReviveService revive
)
{
    HeldPops _held = null!;
    HeldPops _pops = null!;

    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.Notification, Notify, [.. PopChecks.ReadRefusals, ResponseCode.ServiceNotAvailable])
            .Map(RequestCode.PollingInfo, Count, [.. PopChecks.ReadRefusals]);

    /// <summary>Where requests wait that found nothing, and where pops do.</summary>
    public void HoldIn(HeldPops held, HeldPops pops)
    {
        _held = held;
        _pops = pops;
    }

    /// <summary>Looks and answers, or waits.</summary>
    public void Look(PopOrder order)
    {
        var hasMessage = HasMessage(order);
        var outcome = HoldOutcome.TimeIsUp;
        if (!hasMessage)
            outcome = _held.TryHold(order);
        if (outcome == HoldOutcome.Held)
        {
            // A message may have come between the look and the wait, when nobody was there to be woken.
            if (HasMessage(order))
                _held.Wake(order.Group, order.QueueId);
            return;
        }
        var reply = order.Token.Begin(ResponseCode.Success);
        reply.Field("hasMsg"u8, hasMessage);
        reply.Field("pollingFull"u8, outcome == HoldOutcome.Full);
        reply.Send();
    }

    void Notify(Request request)
    {
        var header = PopHeader.Read(request, log.Now);
        if (header.Problem is not null)
        {
            request.Reply(ResponseCode.SystemError, header.Problem);
            return;
        }
        if (
            !checks.IsServing(request, revive)
            || !checks.IsReadable(request, "peeking")
            || !checks.TryRead(request, header, out var topic, out var group)
        )
            return;
        Look(
            new PopOrder(
                request.Token,
                groups.Get(topic, group),
                header.QueueId,
                MaxMessages: 1,
                InvisibleMs: 0,
                header.ExpiresAt,
                FromStart: true,
                header.IsOrdered,
                header.AttemptId.IsEmpty ? null : header.AttemptId.ToArray(),
                MessageFilter.All
            )
        );
    }

    void Count(Request request)
    {
        var header = PopHeader.Read(request, log.Now);
        if (header.Problem is not null)
        {
            request.Reply(ResponseCode.SystemError, header.Problem);
            return;
        }
        if (!checks.IsReadable(request, "peeking") || !checks.TryRead(request, header, out var topic, out var group))
            return;
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("pollingNum"u8, _pops.CountOf(groups.Get(topic, group), header.QueueId));
        reply.Send();
    }

    bool HasMessage(in PopOrder order)
    {
        var group = order.Group;
        if (order.QueueId >= 0)
        {
            if (reader.HasMessages(group.Queue(order.QueueId), order.IsOrdered, order.AttemptId))
                return true;
        }
        else if (HasMessage(group, group.Topic, order))
            return true;
        foreach (var name in group.RetryNames)
        {
            if (node.Topics.TryGet(name, out var topic) && HasMessage(groups.Get(topic, group.Group), topic, order))
                return true;
        }
        return false;
    }

    bool HasMessage(PopGroup group, Topic topic, in PopOrder order)
    {
        for (var i = 0; i < topic.ReadQueues; i++)
        {
            if (reader.HasMessages(group.Queue(i), order.IsOrdered, order.AttemptId))
                return true;
        }
        return false;
    }
}
