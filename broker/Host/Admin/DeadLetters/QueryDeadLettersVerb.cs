namespace Broker.Host.Admin.DeadLetters;

/// <summary><c>queryDeadLetters</c>: lists dead letters under the topics and ids that they had.</summary>
static class QueryDeadLettersVerb
{
    public static Verb Create(TimeProvider time)
    {
        var letters = new LetterOptions(time);
        var body = VerbOptions.Switch("--printBody -d", "Also the body.");
        var verb = new Verb(
            "queryDeadLetters",
            "List the messages that a consumer group gave up.",
            call => RunAsync(call, letters.Read(call), call.Get(body)),
            "-g readers",
            "-g readers -b 2024-05-01#00:00:00:000 -e now",
            "-g readers -i 7F000001003B18B4AAC23E7E5E910000 -d"
        )
        {
            body,
        };
        return letters.AddTo(verb, all: true);
    }

    static async Task RunAsync(VerbCall call, LetterChoice choice, bool withBody)
    {
        string[] columns = ["topic", "id", "tags", "keys", "reconsumeTimes", "born", "dead"];
        call.Report.Table("letters", withBody ? [.. columns, "body"] : columns);
        await foreach (var letter in LetterReader.ReadAsync(call, choice).ConfigureAwait(false))
        {
            var message = letter.Message;
            object?[] cells =
            [
                letter.Topic,
                letter.Id,
                message.Tags,
                message.Keys,
                message.ReconsumeTimes,
                message.Born,
                message.Stored,
                message.BodyText,
            ];
            call.Report.Row(cells.AsSpan(0, withBody ? cells.Length : columns.Length));
        }
    }
}
