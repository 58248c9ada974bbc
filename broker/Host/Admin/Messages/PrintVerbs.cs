namespace Broker.Host.Admin.Messages;

/// <summary><c>printMsg</c> and <c>printMsgByQueue</c>: the messages of a topic or a queue, by time and tag.</summary>
static class PrintVerbs
{
    public static Verb CreateTopic(TimeProvider time)
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var begin = VerbOptions.Time("--beginTimestamp -b", "Stored since:", time);
        var end = VerbOptions.Time("--endTimestamp -e", "Stored until:", time);
        var tags = VerbOptions.Text("--subExpression -s", "Only these tags: \"a || b\".");
        var body = VerbOptions.Switch("--printBody -d", "Also the body.");
        return new Verb(
            "printMsg",
            "List the messages of a topic.",
            call =>
                RunAsync(
                    call,
                    call.Need(topic),
                    new QueueChoice(Expression: call.Get(tags)),
                    (call.Get(begin) ?? 0, call.Get(end) ?? long.MaxValue),
                    call.Get(body)
                ),
            "-t orders",
            "-t orders -s \"paid || shipped\" -d true",
            "-t orders -b 2024-05-01#12:00:00:000 --output json"
        )
        {
            topic,
            begin,
            end,
            tags,
            body,
        };
    }

    public static Verb CreateQueue(TimeProvider time)
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var broker = VerbOptions.Required("--brokerName -a", "The broker's name.");
        var queue = VerbOptions.RequiredNumber("--queueId -i", "The queue.", 0, int.MaxValue);
        var begin = VerbOptions.Time("--beginTimestamp -b", "Stored since:", time);
        var end = VerbOptions.Time("--endTimestamp -e", "Stored until:", time);
        var tags = VerbOptions.Text("--subExpression -s", "Only these tags: \"a || b\".");
        var print = VerbOptions.Switch(
            "--print -p",
            "Accepted for old scripts; messages are listed unless -f is given."
        );
        var body = VerbOptions.Switch("--printBody -d", "Also the body.");
        var count = VerbOptions.Switch("--calculate -f", "Only count them by tag.");
        return new Verb(
            "printMsgByQueue",
            "List the messages of one queue, or count them by tag.",
            call =>
            {
                var choice = new QueueChoice(call.Need(broker), call.Need(queue), call.Get(tags));
                var times = (call.Get(begin) ?? 0, call.Get(end) ?? long.MaxValue);
                return call.Get(count)
                    ? CountAsync(call, call.Need(topic), choice, times)
                    : RunAsync(call, call.Need(topic), choice, times, call.Get(body));
            },
            "-t orders -a broker-a -i 0 -d true",
            "-t orders -a broker-a -i 0 -f true"
        )
        {
            topic,
            broker,
            queue,
            begin,
            end,
            tags,
            print,
            body,
            count,
        };
    }

    static async Task RunAsync(
        VerbCall call,
        string topic,
        QueueChoice choice,
        (long Begin, long End) times,
        bool withBody
    )
    {
        var readers = await QueueReader.OfTopicAsync(call, topic, choice).ConfigureAwait(false);
        MessageReport.Begin(call, withBody);
        foreach (var reader in readers)
        {
            var (begin, end) = await RangeAsync(reader, times).ConfigureAwait(false);
            await foreach (var message in reader.ReadAsync(begin, end).ConfigureAwait(false))
                MessageReport.Row(call, message, withBody);
        }
    }

    static async Task CountAsync(VerbCall call, string topic, QueueChoice choice, (long Begin, long End) times)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var reader in await QueueReader.OfTopicAsync(call, topic, choice).ConfigureAwait(false))
        {
            var (begin, end) = await RangeAsync(reader, times).ConfigureAwait(false);
            await foreach (var message in reader.ReadAsync(begin, end).ConfigureAwait(false))
                counts[message.Tags ?? ""] = counts.GetValueOrDefault(message.Tags ?? "") + 1;
        }
        call.Report.Table("counts", "tag", "messages");
        foreach (var (tag, messages) in counts)
            call.Report.Row(tag, messages);
    }

    static async Task<(long Begin, long End)> RangeAsync(QueueReader reader, (long Begin, long End) times)
    {
        var (min, max) = await reader.RangeAsync().ConfigureAwait(false);
        long begin = times.Begin <= 0 ? min : await reader.SearchAsync(times.Begin).ConfigureAwait(false);
        long end = times.End == long.MaxValue ? max : await reader.SearchAsync(times.End).ConfigureAwait(false);
        return (begin, end);
    }
}
