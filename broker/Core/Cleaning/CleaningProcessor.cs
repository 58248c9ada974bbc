using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Cleaning;

/// <summary>
/// Deletes now what the store would delete in its own time, when an administrator asks: queue files without messages
/// (306), queues of topics that do not exist (316), log files that have expired (329).
/// </summary>
sealed class CleaningProcessor(TopicTable topics, MessageStore store, ILogger logger)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.CleanExpiredConsumeQueue, CleanQueues)
            .Map(RequestCode.CleanUnusedTopic, CleanTopics)
            .Map(RequestCode.DeleteExpiredCommitLog, DeleteExpired);

    void CleanQueues(Request request)
    {
        store.DeleteExpiredQueues();
        request.Reply(ResponseCode.Success);
    }

    void CleanTopics(Request request)
    {
        foreach (var name in store.TopicNames().Where(name => !topics.TryGet(name, out _)))
        {
            store.DeleteTopic(name);
            CleaningLog.QueuesRemoved(logger, name, request.Connection.RemoteEndPoint);
        }
        request.Reply(ResponseCode.Success);
    }

    void DeleteExpired(Request request)
    {
        var count = store.DeleteExpired();
        CleaningLog.SegmentsRemoved(logger, count, request.Connection.RemoteEndPoint);
        request.Reply(ResponseCode.Success);
    }
}
