using Broker.Host.Admin.Output;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Broker.Host.Admin.Offsets;

/// <summary>
/// Refuses a reset to a time at which nothing was stored that is still kept: Apache's brokers take any, and a mistyped
/// one skips or repeats everything. All brokers are asked before the first of them moves the group.
/// </summary>
static class ResetWindow
{
    /// <exception cref="AdminFailedException">The time lies outside, or a broker cannot say.</exception>
    public static async Task EnsureInsideAsync(VerbCall call, IReadOnlyList<BrokerAt> brokers, ResetOrder order)
    {
        var times = StoreTimes.None;
        foreach (var broker in brokers)
            times = times.With(await TimesAsync(call, broker.Address, order.Topic).ConfigureAwait(false));
        if (times.IsNone)
            throw new AdminFailedException(
                $"{order.Topic} holds no message, so no time leads to one; -s now moves the group to the end, and "
                    + "--anyTime goes by the time all the same"
            );
        if (!times.Includes(order.Time))
            throw new AdminFailedException(
                $"the messages of {order.Topic} were stored from {new Moment(times.First).Typed} to "
                    + $"{new Moment(times.Last).Typed}, and {new Moment(order.Time).Typed} lies outside; -s now moves "
                    + "the group to the end, and --anyTime goes by the time all the same"
            );
    }

    static async Task<StoreTimes> TimesAsync(VerbCall call, string address, string topic)
    {
        var answer = await call
            .Cluster.AskAsync(
                address,
                RequestCode.GetTopicStatsInfo,
                new FieldList { { "topic", topic } },
                default,
                call.Stopping
            )
            .ConfigureAwait(false);
        var times = StoreTimes.None;
        foreach (var one in TopicStatsTable.Parse(answer.Body.Span).Offsets.Where(one => !one.IsEmpty))
        {
            var fields = new FieldList { { "topic", topic }, { "queueId", one.Queue.QueueId } };
            var earliest = await call
                .Cluster.AskAsync(address, RequestCode.GetEarliestMsgStoreTime, fields, default, call.Stopping)
                .ConfigureAwait(false);
            times = times.With(one.Times(earliest.Long("timestamp", absent: -1)));
        }
        return times;
    }
}
