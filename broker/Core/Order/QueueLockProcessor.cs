using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Order;

/// <summary>Serves LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42).</summary>
sealed class QueueLockProcessor(QueueLocks locks)
{
    public void Register(ProcessorTable processors) =>
        processors.Map(RequestCode.LockBatchMq, Take).Map(RequestCode.UnlockBatchMq, Release);

    void Take(Request request)
    {
        if (QueueLockBody.Parse(request.Body) is not { } body)
            Refuse(request);
        else if (body.Queues.Count == 0)
            request.Reply(QueueLockBody.Held([]));
        else if (body is { Group: { } group, ClientId: { } clientId })
            request.Reply(QueueLockBody.Held(locks.Take(group, clientId, body.Queues)));
        else
            Refuse(request);
    }

    void Release(Request request)
    {
        if (QueueLockBody.Parse(request.Body) is not { } body)
        {
            Refuse(request);
            return;
        }
        if (body.Group is { } group && (body.ClientId is not null || body.Queues.Count == 0))
        {
            locks.Release(group, body.ClientId ?? "", body.Queues);
            request.Reply(ResponseCode.Success);
            return;
        }
        Refuse(request);
    }

    static void Refuse(Request request) =>
        request.Reply(
            ResponseCode.SystemError,
            "the body must be an object of JSON with consumerGroup, clientId and mqSet"
        );
}
