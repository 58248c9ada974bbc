using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Offsets;

/// <summary>Serves where queues begin and end, now and at a time: 29, 30, 31 and 32 (protocol.md §4.4).</summary>
sealed class QueueOffsetProcessor(TopicTable topics, MessageStore store)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.SearchOffsetByTimestamp, Search)
            .Map(RequestCode.GetMaxOffset, request => Answer(request, "offset"u8, queue => queue?.MaxOffset.Value ?? 0))
            .Map(RequestCode.GetMinOffset, request => Answer(request, "offset"u8, queue => queue?.MinOffset.Value ?? 0))
            .Map(RequestCode.GetEarliestMsgStoreTime, request => Answer(request, "timestamp"u8, EarliestTime));

    void Search(Request request)
    {
        var read = request.Read();
        var timestamp = read.Long("timestamp"u8);
        var boundary = read.OptionalText("boundaryType"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var side =
            boundary.SequenceEqual("upper"u8) || boundary.SequenceEqual("UPPER"u8)
                ? TimeBoundary.Upper
                : TimeBoundary.Lower;
        Answer(request, "offset"u8, queue => queue is null ? 0 : store.SearchByTime(queue, timestamp, side).Value);
    }

    long EarliestTime(ConsumeQueue? queue) =>
        queue is null || queue.MinOffset.Value >= queue.MaxOffset.Value
            ? -1
            : store.StoreTimeOf(queue, queue.MinOffset);

    /// <summary>A queue that does not exist is given as null: the reference answers with a number then too.</summary>
    void Answer(Request request, ReadOnlySpan<byte> field, Func<ConsumeQueue?, long> value)
    {
        var read = request.Read();
        var name = read.Text("topic"u8);
        var queueId = read.Int("queueId"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        var reply = request.Begin(ResponseCode.Success);
        reply.Field(field, value(Find(name, queueId)));
        reply.Send();
    }

    ConsumeQueue? Find(ReadOnlySpan<byte> name, int queueId) =>
        topics.TryGet(name, out var topic) ? topic.FindQueue(queueId) : null;
}
