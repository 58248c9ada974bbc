using Broker.Host.Admin.Messages;
using Broker.Host.Admin.Topics;
using Broker.Protocol;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// <c>resendDeadLetters</c>: gives dead letters to their group again, by way of its retry topic, which only its members
/// read. The letters stay.
/// </summary>
static class ResendDeadLettersVerb
{
    public static Verb Create(TimeProvider time)
    {
        var letters = new LetterOptions(time);
        var verb = new Verb(
            "resendDeadLetters",
            "Let a consumer group try its dead letters again. They stay where they are.",
            call => RunAsync(call, letters.Read(call)),
            "-g readers -i 7F000001003B18B4AAC23E7E5E910000",
            "-g readers -b 2024-05-01#00:00:00:000 -e now"
        );
        return letters.AddTo(verb, all: false);
    }

    static async Task RunAsync(VerbCall call, LetterChoice choice)
    {
        var sender = new MessageSender(call, TopicNames.Retry(choice.Group));
        IReadOnlyList<(BrokerAt Broker, int QueueId)>? queues = null;
        int sent = 0;
        call.Report.Table("resent", "topic", "id", "broker", "queueId", "queueOffset");
        await foreach (var letter in ChosenAsync(call, choice).ConfigureAwait(false))
        {
            queues ??= await QueuesAsync(sender, choice.Group).ConfigureAwait(false);
            var (broker, queueId) = queues[sent++ % queues.Count];
            var answer = await sender.SendAsync(broker.Address, queueId, letter.Again()).ConfigureAwait(false);
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

    static async Task<IReadOnlyList<(BrokerAt Broker, int QueueId)>> QueuesAsync(MessageSender sender, string group)
    {
        try
        {
            return await sender.QueuesAsync().ConfigureAwait(false);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            throw new AdminFailedException(
                $"group {group} has nothing to resend to: it was deleted; `updateSubGroup` and a member that is online "
                    + "bring it back",
                failure.InnerException
            );
        }
    }
}
