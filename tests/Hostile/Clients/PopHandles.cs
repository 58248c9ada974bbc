using Broker.Remoting;

namespace Hostile.Clients;

/// <summary>
/// What acknowledges a popped message: eight words, <c>first offset, pop time, invisible time, revive queue, kind of
/// topic, broker, queue, offset</c>. A message that comes for the first time has none; its answer's fields make it.
/// </summary>
static class PopHandles
{
    public const string Property = "POP_CK";

    public static IReadOnlyList<Received> Add(RemotingResponse answer)
    {
        // "kind queue first-offset", separated by semicolons
        var starts = answer
            .Fields["startOffsetInfo"]
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split(' '))
            .ToDictionary(words => (Kind: words[0], Queue: int.Parse(words[1])), words => words[2]);
        return [.. Client.Decode(answer.Body.Span).Select(message => With(answer, message, starts))];
    }

    /// <summary>Where a message is acknowledged: 0 is the topic itself, 1 and 2 are the retry topics.</summary>
    public static string TopicOf(string handle, string topic, string group) =>
        handle.Split(' ')[4] switch
        {
            "1" => $"%RETRY%{group}_{topic}",
            "2" => $"%RETRY%{group}+{topic}",
            _ => topic,
        };

    static Received With(RemotingResponse answer, Received message, Dictionary<(string Kind, int Queue), string> starts)
    {
        if (message.Properties.ContainsKey(Property))
            return message;
        // A retry comes from the one retry topic that this answer has.
        var (kind, first) = starts
            .Where(s => s.Key.Queue == message.Queue && (s.Key.Kind != "0" || message.ReconsumeTimes == 0))
            .Select(s => (s.Key.Kind, s.Value))
            .First();
        var handle =
            $"{first} {answer.Fields["popTime"]} {answer.Fields["invisibleTime"]} {answer.Fields["reviveQid"]} {kind} "
            + $"{Client.BrokerName} {message.Queue} {message.Offset}";
        return message with { Properties = new Dictionary<string, string>(message.Properties) { [Property] = handle } };
    }
}
