namespace Broker.Host.Admin.Messages;

/// <summary><c>queryMsgByKey</c>: the messages that were sent with a key.</summary>
static class QueryByKeyVerb
{
    public static Verb Create(TimeProvider time)
    {
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var key = VerbOptions.Required("--msgKey -k", "One key of the message.");
        var begin = VerbOptions.Time("--beginTimestamp -b", "Stored since:", time);
        var end = VerbOptions.Time("--endTimestamp -e", "Stored until:", time);
        var most = VerbOptions.Number("--maxNum -m", "At most so many from each broker.", MessageQueries.Most, 1, 1024);
        return new Verb(
            "queryMsgByKey",
            "List the messages that have a key.",
            call =>
                RunAsync(
                    call,
                    call.Need(topic),
                    call.Need(key),
                    new KeyRange(
                        call.Get(begin) ?? 0,
                        call.Get(end) ?? long.MaxValue,
                        call.Int(most),
                        IsUniqueKey: false
                    )
                ),
            "-t orders -k order-17"
        )
        {
            topic,
            key,
            begin,
            end,
            most,
        };
    }

    static async Task RunAsync(VerbCall call, string topic, string key, KeyRange range)
    {
        var found = await MessageQueries.ByKeyAsync(call, topic, key, range).ConfigureAwait(false);
        if (found.Count == 0)
            throw new AdminFailedException($"there is no message with key {key} in {topic} in that time");
        MessageReport.Begin(call, withBody: false);
        foreach (var message in found)
            MessageReport.Row(call, message, withBody: false);
    }
}
