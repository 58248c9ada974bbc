namespace Broker.Host.Admin.Messages;

/// <summary><c>queryMsgByOffset</c>: the message at an offset of a queue.</summary>
static class QueryByOffsetVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var broker = VerbOptions.Required("--brokerName -b", "The broker's name.");
        var queue = VerbOptions.RequiredNumber("--queueId -i", "The queue.", 0, int.MaxValue);
        var offset = VerbOptions.RequiredNumber("--offset -o", "The offset in the queue.", 0, long.MaxValue);
        return new Verb(
            "queryMsgByOffset",
            "Show the message at an offset of a queue, and what each group has done with it.",
            call => RunAsync(call, call.Need(topic), call.Need(broker), call.Need(queue), call.Need(offset)),
            "-t orders -b broker-a -i 0 -o 17"
        )
        {
            topic,
            broker,
            queue,
            offset,
        };
    }

    static async Task RunAsync(VerbCall call, string topic, string broker, long queue, long offset)
    {
        var readers = await QueueReader.OfTopicAsync(call, topic, new QueueChoice(broker, queue)).ConfigureAwait(false);
        var (min, max) = await readers[0].RangeAsync().ConfigureAwait(false);
        if (offset < min || offset >= max)
            throw new AdminFailedException(
                $"queue {queue} of {topic} on {broker} has no offset {offset}; it has "
                    + (min == max ? "none" : $"{min} to {max - 1}")
            );
        await foreach (var message in readers[0].ReadAsync(offset, offset + 1).ConfigureAwait(false))
        {
            MessageReport.Write(call, message);
            await MessageTracks.WriteAsync(call, message).ConfigureAwait(false);
        }
    }
}
