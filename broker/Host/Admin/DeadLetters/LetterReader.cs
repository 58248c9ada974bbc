using Broker.Host.Admin.Messages;
using Broker.Host.Admin.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// Reads the dead letters of a group on all brokers, queue by queue and oldest first in each, some at a time. No
/// position moves, and what dies while it reads is left to the next reading.
/// </summary>
static class LetterReader
{
    /// <summary>The letters of a choice; nothing when none died in its times.</summary>
    /// <exception cref="AdminFailedException">
    /// The group has no dead letters at all, none of the id, or some that cannot be read now.
    /// </exception>
    public static async IAsyncEnumerable<DeadLetter> ReadAsync(VerbCall call, LetterChoice choice)
    {
        string topic = TopicNames.DeadLetters(choice.Group);
        await EnsureReadableAsync(call, choice.Group, topic).ConfigureAwait(false);
        if (choice.Id is not { } id)
        {
            await foreach (var letter in ScanAsync(call, topic, choice).ConfigureAwait(false))
                yield return letter;
            yield break;
        }
        bool any = false;
        await foreach (var letter in OfMessageAsync(call, topic, choice, id).ConfigureAwait(false))
        {
            any = true;
            yield return letter;
        }
        if (!any)
            throw new AdminFailedException(
                $"group {choice.Group} has no dead letter {id}: the message did not die, or is not kept any more"
            );
    }

    /// <summary>One message may have died more than once.</summary>
    static async IAsyncEnumerable<DeadLetter> OfMessageAsync(
        VerbCall call,
        string topic,
        LetterChoice choice,
        string id
    )
    {
        var range = KeyRange.Ever(isUniqueKey: true);
        var indexed = await MessageQueries.ByKeyAsync(call, topic, id, range).ConfigureAwait(false);
        foreach (var message in indexed)
            yield return new DeadLetter(message, choice.Group);
        if (indexed.Count > 0)
            yield break;
        // Old clients give no ids of their own, and the index may be off.
        await foreach (var letter in ScanAsync(call, topic, choice).ConfigureAwait(false))
        {
            if (letter.IsNamed(id))
                yield return letter;
        }
    }

    static async IAsyncEnumerable<DeadLetter> ScanAsync(VerbCall call, string topic, LetterChoice choice)
    {
        foreach (var reader in await QueueReader.OfTopicAsync(call, topic, new QueueChoice()).ConfigureAwait(false))
        {
            var (min, max) = await reader.RangeAsync().ConfigureAwait(false);
            long begin = choice.Begin <= 0 ? min : await reader.SearchAsync(choice.Begin).ConfigureAwait(false);
            await foreach (var message in reader.ReadAsync(Math.Max(min, begin), max).ConfigureAwait(false))
            {
                // A queue is in the order of these times.
                if (message.Stored.Ms > choice.End)
                    break;
                if (message.Stored.Ms >= choice.Begin)
                    yield return new DeadLetter(message, choice.Group);
            }
        }
    }

    /// <summary>Half of the letters would look like all of them.</summary>
    static async Task EnsureReadableAsync(VerbCall call, string group, string topic)
    {
        TopicRouteData route;
        try
        {
            route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            throw new AdminFailedException(
                $"group {group} has no dead letters: it has not given up any message yet, or there is no such group",
                failure.InnerException
            );
        }
        var masters = route.BrokerDatas.SelectMany(BrokerAt.Of).Where(broker => broker.IsMaster).ToList();
        foreach (var data in route.QueueDatas)
        {
            int master = masters.FindIndex(broker => broker.Name == data.BrokerName);
            if (master < 0)
                throw new AdminFailedException(
                    $"{data.BrokerName} has no master now, and its dead letters would be missing; try again later"
                );
            if ((data.Perm & TopicConfig.PermissionRead) == 0)
                throw new AdminFailedException(
                    $"{data.BrokerName} lets nobody read {topic}; "
                        + $"`updateTopicPerm -b {masters[master].Address} -t {topic} -p 6` changes that"
                );
        }
    }
}
