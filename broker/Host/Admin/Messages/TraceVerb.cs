using Broker.Host.Admin.Output;
using Broker.Host.Admin.Topics;

namespace Broker.Host.Admin.Messages;

/// <summary><c>queryMsgTraceById</c>: what clients with tracing on reported of a message.</summary>
static class TraceVerb
{
    public static Verb Create(TimeProvider time)
    {
        var id = VerbOptions.Required("--msgId -i", "The id that the sender got.");
        var topic = VerbOptions.Text("--traceTopic -t", $"The trace topic, {TopicNames.Trace} unless given.");
        var begin = VerbOptions.Time("--beginTimestamp -b", "Stored since:", time);
        var end = VerbOptions.Time("--endTimestamp -e", "Stored until:", time);
        var most = VerbOptions.Number("--maxNum -c", "At most so many reports.", MessageQueries.Most, 1, 1024);
        return new Verb(
            "queryMsgTraceById",
            "Show who sent and consumed a message, when, and how long it took.",
            call =>
                RunAsync(
                    call,
                    call.Get(topic) ?? TopicNames.Trace,
                    call.Need(id),
                    new KeyRange(
                        call.Get(begin) ?? 0,
                        call.Get(end) ?? long.MaxValue,
                        call.Int(most),
                        IsUniqueKey: false
                    )
                ),
            "-i 7F000001003B18B4AAC23E7E5E910000"
        )
        {
            id,
            topic,
            begin,
            end,
            most,
        };
    }

    static async Task RunAsync(VerbCall call, string topic, string id, KeyRange range)
    {
        var reports = await MessageQueries.ByKeyAsync(call, topic, id, range).ConfigureAwait(false);
        var traces = reports.SelectMany(report => TraceRecord.All(report.BodyText)).Where(one => one.MessageId == id);
        bool any = false;
        call.Report.Table("traces", "kind", "group", "client", "time", "costMs", "status");
        foreach (var trace in traces.OrderBy(one => one.TimeMs))
        {
            any = true;
            call.Report.Row(
                trace.Kind,
                trace.Group,
                trace.Client,
                new Moment(trace.TimeMs),
                trace.CostMs,
                trace.Succeeded ? "ok" : "failed"
            );
        }
        if (!any)
            throw new AdminFailedException(
                $"nobody reported message {id} in {topic}: senders and consumers do so only with tracing on"
            );
    }
}
