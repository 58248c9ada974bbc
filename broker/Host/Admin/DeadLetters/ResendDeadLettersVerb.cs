namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// <c>resendDeadLetters</c>: gives dead letters to their group again, by way of a retry topic that only its members
/// read (<see cref="ResendPlaces"/>). The letters stay.
/// </summary>
static class ResendDeadLettersVerb
{
    public static Verb Create(TimeProvider time)
    {
        var letters = new LetterOptions(time);
        var mode = VerbOptions.Text(
            "--mode -m",
            "How members get messages, PULL or POP; else PULL if one that does is online, or as a letter died."
        );
        mode.AcceptOnlyFromAmong("PULL", "POP");
        var verb = new Verb(
            "resendDeadLetters",
            "Let a consumer group try its dead letters again. They stay where they are.",
            call => RunAsync(call, letters.Read(call), call.Get(mode)),
            "-g readers -i 7F000001003B18B4AAC23E7E5E910000",
            "-g readers -b 2024-05-01#00:00:00:000 -e now",
            "-g readers -b 0 -m POP"
        )
        {
            mode,
        };
        return letters.AddTo(verb, all: false);
    }

    static async Task RunAsync(VerbCall call, LetterChoice choice, string? mode)
    {
        var places = new ResendPlaces(call, choice.Group, mode);
        call.Report.Table("resent", "topic", "id", "broker", "queueId", "queueOffset");
        await foreach (var letter in ChosenAsync(call, choice).ConfigureAwait(false))
        {
            var place = await places.OfAsync(letter).ConfigureAwait(false);
            var (broker, answer) = await place.SendAsync(letter.Again()).ConfigureAwait(false);
            call.Report.Row(letter.Topic, letter.Id, broker.Name, answer.Long("queueId"), answer.Long("queueOffset"));
        }
    }

    /// <summary>Of one message that died more than once the last letter is enough.</summary>
    static async IAsyncEnumerable<DeadLetter> ChosenAsync(VerbCall call, LetterChoice choice)
    {
        DeadLetter? last = null;
        await foreach (var letter in LetterReader.ReadAsync(call, choice).ConfigureAwait(false))
        {
            if (choice.Id is null)
                yield return letter;
            else
                last = letter;
        }
        if (last is { } only)
            yield return only;
    }
}
