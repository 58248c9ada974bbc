using System.Diagnostics.CodeAnalysis;
using Broker.Remoting;

namespace Broker.Core.Pop;

/// <summary>
/// Acknowledgements in ordered consumption: they move the group's offset on, and free the queue when none is missing.
/// </summary>
sealed class OrderedAcks(OrderTable orders, ReviveLog log)
{
    HeldPops _held = null!;

    /// <summary>Who is told when a queue becomes free.</summary>
    public void Tell(HeldPops held) => _held = held;

    /// <summary>Acknowledges one message; false when it is not out.</summary>
    public bool TryAck(
        PopQueue queue,
        long offset,
        long popTime,
        long invisibleMs,
        Connection connection,
        [NotNullWhen(false)] out string? problem
    )
    {
        problem = null;
        bool isFree;
        lock (queue.Gate)
        {
            var old = queue.Committed;
            // A second acknowledgement of what is done with.
            if (offset < old)
                return true;
            var next = Next(queue.Ordered, offset, popTime);
            if (next == -1)
            {
                problem =
                    $"offset is illegal, key:{queue.Group.Topic.Name}@{queue.Group.Group.Name}@{queue.QueueId}, "
                    + $"old:{old}, commit:{offset}, next:{next}, /{connection.RemoteEndPoint}";
                return false;
            }
            if (next < 0)
                return true;
            queue.Commit(next);
            orders.Changed();
            isFree = queue.Ordered?.Blocks(default, log.Now) != true;
        }
        if (isFree)
            _held.Wake(queue.Group, queue.QueueId);
        return true;
    }

    /// <summary>Changes when a message may be handed out again; false when it is done with.</summary>
    public bool TryChange(PopQueue queue, long offset, long popTime, long visibleAt)
    {
        lock (queue.Gate)
        {
            if (offset < queue.Committed)
                return false;
            if (queue.Ordered is not { } batch || batch.PopTime != popTime)
                return true;
            batch.SetVisibleAt(offset, visibleAt);
            orders.Changed();
        }
        _held.Wake(queue.Group, queue.QueueId);
        return true;
    }

    /// <returns>The offset to commit; -1 when the message is not out, -2 when it belongs to an earlier pop.</returns>
    static long Next(OrderedBatch? batch, long offset, long popTime)
    {
        if (batch is null)
            return offset + 1;
        return batch.PopTime == popTime ? batch.Ack(offset) : -2;
    }
}
