using System.CommandLine;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>The options by which verbs choose dead letters.</summary>
sealed class LetterOptions(TimeProvider time)
{
    readonly Option<string> group = VerbOptions.Required("--consumerGroup -g --group", "The group that gave up.");
    readonly Option<string?> id = VerbOptions.Text("--msgId -i", "Only this message, by its id.");
    readonly Option<long?> begin = VerbOptions.Time("--beginTimestamp -b", "Dead since:", time);
    readonly Option<long?> end = VerbOptions.Time("--endTimestamp -e", "Dead until:", time);

    /// <summary>Adds them to a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="all">Whether none of id and times means all letters; otherwise one of them must be given.</param>
    public Verb AddTo(Verb verb, bool all)
    {
        verb.Add(group);
        verb.Add(id);
        verb.Add(begin);
        verb.Add(end);
        verb.Validators.Add(given =>
        {
            bool ranged = given.GetResult(begin) is not null || given.GetResult(end) is not null;
            if (given.GetResult(id) is not null && ranged)
                given.AddError("--msgId needs no times: it names one message.");
            else if (!all && given.GetResult(id) is null && given.GetResult(begin) is null)
                given.AddError("Say which: -i id for one message, or -b time for all that died since (-b 0 for all).");
        });
        return verb;
    }

    /// <summary>What was chosen.</summary>
    public LetterChoice Read(VerbCall call) =>
        new(call.Need(group), call.Get(id), call.Get(begin) ?? 0, call.Get(end) ?? long.MaxValue);
}
