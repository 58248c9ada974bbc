using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.Offsets;

/// <summary>Moves a group of which nobody is online: its positions on the broker are written one by one.</summary>
static class OfflineReset
{
    public static async Task<List<(MessageQueue Queue, long Offset)>> RunAsync(
        VerbCall call,
        BrokerAt broker,
        ResetOrder order
    )
    {
        var answer = await call
            .Cluster.AskAsync(
                broker.Address,
                RequestCode.GetTopicStatsInfo,
                new FieldList { { "topic", order.Topic } },
                default,
                call.Stopping
            )
            .ConfigureAwait(false);
        var moved = new List<(MessageQueue, long)>();
        foreach (var one in TopicStatsTable.Parse(answer.Body.Span).Offsets)
        {
            if (order.Queue is { } wanted && wanted != one.Queue.QueueId)
                continue;
            long offset =
                order.Offset ?? await SearchAsync(call, broker.Address, one, order.Time).ConfigureAwait(false);
            await CommitAsync(call, broker.Address, order.Group, one.Queue, offset).ConfigureAwait(false);
            moved.Add((one.Queue, offset));
        }
        return moved;
    }

    /// <summary>Writes the position of a group in one queue.</summary>
    public static Task CommitAsync(VerbCall call, string address, string group, MessageQueue queue, long offset) =>
        call.Cluster.AskAsync(
            address,
            RequestCode.UpdateConsumerOffset,
            new FieldList
            {
                { "consumerGroup", group },
                { "topic", queue.Topic },
                { "queueId", queue.QueueId },
                { "commitOffset", offset },
            },
            default,
            call.Stopping
        );

    static async Task<long> SearchAsync(VerbCall call, string address, TopicOffset queue, long time)
    {
        if (time < 0)
            return queue.MaxOffset;
        var fields = new FieldList
        {
            { "topic", queue.Queue.Topic },
            { "queueId", queue.Queue.QueueId },
            { "timestamp", time },
        };
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.SearchOffsetByTimestamp, fields, default, call.Stopping)
            .ConfigureAwait(false);
        return answer.Long("offset");
    }
}
