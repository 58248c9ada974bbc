namespace Broker.Host.Admin.Messages;

/// <summary><c>consumeMessage</c>: reads some messages of a topic; no group's position moves.</summary>
static class ConsumeVerb
{
    public static Verb Create(TimeProvider time)
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var broker = VerbOptions.Text("--brokerName -b", "Only this broker.");
        var queue = VerbOptions.OptionalNumber("--queueId -i", "With -b: only this queue.", 0, int.MaxValue);
        var offset = VerbOptions.OptionalNumber("--offset -o", "With -i: from this offset on.", 0, long.MaxValue);
        var count = VerbOptions.Number("--MessageNumber -c", "At most so many messages.", 128, 1, 1_000_000);
        var group = VerbOptions.Text("--consumerGroup -g", "The group that is named to the broker.");
        var begin = VerbOptions.Time("--beginTimestamp -s", "Stored since:", time);
        var end = VerbOptions.Time("--endTimestamp -e", "Stored until:", time);
        var verb = new Verb(
            "consumeMessage",
            "Read some messages of a topic. No group's position moves.",
            call =>
                RunAsync(
                    call,
                    call.Need(topic),
                    new QueueChoice(call.Get(broker), call.Get(queue), null, call.Get(group)),
                    new ConsumeRange(
                        call.Get(offset),
                        call.Get(begin) ?? 0,
                        call.Get(end) ?? long.MaxValue,
                        call.Need(count)
                    )
                ),
            "-t orders",
            "-t orders -b broker-a -i 0 -o 100 -c 10"
        )
        {
            topic,
            broker,
            queue,
            offset,
            count,
            group,
            begin,
            end,
        };
        verb.Validators.Add(given =>
        {
            if (given.GetResult(queue) is not null && given.GetResult(broker) is null)
                given.AddError("--queueId needs --brokerName: each broker has a queue of that number.");
            if (given.GetResult(offset) is not null && given.GetResult(queue) is null)
                given.AddError("--offset needs --queueId: an offset belongs to one queue.");
        });
        return verb;
    }

    static async Task RunAsync(VerbCall call, string topic, QueueChoice choice, ConsumeRange range)
    {
        var readers = await QueueReader.OfTopicAsync(call, topic, choice).ConfigureAwait(false);
        MessageReport.Begin(call, withBody: true);
        long left = range.Most;
        foreach (var reader in readers)
        {
            var (min, max) = await reader.RangeAsync().ConfigureAwait(false);
            long begin =
                range.Offset ?? (range.Begin <= 0 ? min : await reader.SearchAsync(range.Begin).ConfigureAwait(false));
            long end = range.End == long.MaxValue ? max : await reader.SearchAsync(range.End).ConfigureAwait(false);
            await foreach (var message in reader.ReadAsync(Math.Max(min, begin), end).ConfigureAwait(false))
            {
                if (left-- <= 0)
                    return;
                MessageReport.Row(call, message, withBody: true);
            }
        }
    }

    sealed record ConsumeRange(long? Offset, long Begin, long End, long Most);
}
