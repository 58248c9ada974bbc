using System.Text;

namespace Broker.Host.Admin.Messages;

/// <summary><c>sendMessage</c>: sends one message.</summary>
static class SendVerb
{
    public static Verb Create()
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var body = VerbOptions.Required("--body -p", "The body, as UTF-8.");
        var keys = VerbOptions.Text("--key -k --keys", "Its keys, separated by spaces.");
        var tags = VerbOptions.Text("--tags -c", "Its tag.");
        var broker = VerbOptions.Text("--broker -b --brokerName", "The name of the broker to send to.");
        var queue = VerbOptions.OptionalNumber("--qid -i", "With -b: the queue.", 0, int.MaxValue);
        var trace = VerbOptions.Switch("--msgTraceEnable -m", "Accepted for old scripts: no trace is written.");
        var verb = new Verb(
            "sendMessage",
            "Send one message.",
            call =>
                RunAsync(
                    call,
                    call.Need(topic),
                    call.Need(body),
                    (call.Get(tags), call.Get(keys)),
                    (call.Get(broker), call.Get(queue))
                ),
            "-t orders -p hello",
            "-t orders -p hello -c paid -k order-17 -b broker-a -i 0"
        )
        {
            topic,
            body,
            keys,
            tags,
            broker,
            queue,
            trace,
        };
        verb.Validators.Add(given =>
        {
            if (given.GetResult(queue) is not null && given.GetResult(broker) is null)
                given.AddError("--qid needs --broker: each broker has a queue of that number.");
        });
        return verb;
    }

    static async Task RunAsync(
        VerbCall call,
        string topic,
        string body,
        (string? Tags, string? Keys) labels,
        (string? Broker, long? Queue) place
    )
    {
        var sender = new MessageSender(call, topic);
        var queues = await sender.QueuesAsync(place.Broker).ConfigureAwait(false);
        // Somewhere in the topic: which queue does not matter, but not always the first.
        var (broker, queueId) = queues[(int)(call.Time.GetTimestamp() % queues.Count)];
        if (place.Queue is { } wanted)
        {
            if (!queues.Any(queue => queue.QueueId == wanted))
                throw new AdminFailedException($"{topic} has no queue {wanted} on {place.Broker}");
            queueId = (int)wanted;
        }
        var answer = await sender
            .SendAsync(broker.Address, queueId, Encoding.UTF8.GetBytes(body), labels.Tags, labels.Keys)
            .ConfigureAwait(false);
        call.Report.Record(
            "sent",
            ("topic", topic),
            ("broker", broker.Name),
            ("queueId", answer.Long("queueId")),
            ("queueOffset", answer.Long("queueOffset")),
            ("id", answer.Fields.GetValueOrDefault("msgId"))
        );
    }
}
