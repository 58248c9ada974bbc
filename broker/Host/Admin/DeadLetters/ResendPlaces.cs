using Broker.Host.Admin.Brokers;
using Broker.Host.Admin.Messages;
using Broker.Host.Admin.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;

namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// Where the members of a group find a message again. Those that pull have one retry topic for all their topics; those
/// that only pop have one per topic and never read the other (protocol.md §4.6, §4.10). A letter goes to one of them:
/// a group whose members do both gets it once.
/// </summary>
/// <param name="call">The call of the verb.</param>
/// <param name="group">The group.</param>
/// <param name="mode"><c>PULL</c>, <c>POP</c>, or null to find out.</param>
sealed class ResendPlaces(VerbCall call, string group, string? mode)
{
    readonly Dictionary<string, ResendPlace> popped = new(StringComparer.Ordinal);
    ResendPlace? pulled;
    bool? isPulled = mode is null ? null : mode == "PULL";

    /// <summary>The place for a letter.</summary>
    /// <exception cref="AdminFailedException">There is none any more, or a broker does not answer.</exception>
    public async ValueTask<ResendPlace> OfAsync(DeadLetter letter)
    {
        if (mode is null && !letter.IsPopped)
            return pulled ??= await PulledAsync().ConfigureAwait(false);
        // Clients of Apache's that pop also pull what waits in the group's own retry topic.
        if (isPulled ??= await HasPullersAsync().ConfigureAwait(false))
            return pulled ??= await PulledAsync().ConfigureAwait(false);
        if (!popped.TryGetValue(letter.Topic, out var place))
            popped[letter.Topic] = place = await PoppedAsync(letter.Topic).ConfigureAwait(false);
        return place;
    }

    async Task<bool> HasPullersAsync()
    {
        string topic = TopicNames.Retry(group);
        IReadOnlyList<BrokerAt> masters;
        try
        {
            masters = await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            return false;
        }
        foreach (var master in masters)
        {
            var members = await call.Cluster.MembersAsync(master.Address, group, call.Stopping).ConfigureAwait(false);
            if (members?.Subscriptions.Any(one => one.Topic == topic) == true)
                return true;
        }
        return false;
    }

    async Task<ResendPlace> PulledAsync()
    {
        var sender = new MessageSender(call, TopicNames.Retry(group));
        try
        {
            return new ResendPlace(sender, await sender.QueuesAsync().ConfigureAwait(false));
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

    async Task<ResendPlace> PoppedAsync(string topic)
    {
        var masters = await ReadableAsync(topic).ConfigureAwait(false);
        var second = await IsSecondFormAsync(masters[0]).ConfigureAwait(false);
        var sender = new MessageSender(call, TopicNames.PopRetry(group, topic, second));
        try
        {
            return new ResendPlace(sender, await sender.QueuesAsync().ConfigureAwait(false));
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            // A broker makes it with the first message.
            return new ResendPlace(sender, [.. masters.Select(master => (master, 0))]);
        }
    }

    /// <summary>The masters that the group pops from.</summary>
    async Task<IReadOnlyList<BrokerAt>> ReadableAsync(string topic)
    {
        TopicRouteData route;
        try
        {
            route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            throw new AdminFailedException(
                $"group {group} pops, and gets letters of {topic} with that topic only, which does not exist any more; "
                    + $"`updateTopic` creates it, and `-m PULL` sends to members that pull",
                failure.InnerException
            );
        }
        var readable = route
            .QueueDatas.Where(data => (data.Perm & TopicConfig.PermissionRead) != 0)
            .Select(data => data.BrokerName)
            .ToHashSet(StringComparer.Ordinal);
        var masters = route
            .BrokerDatas.SelectMany(BrokerAt.Of)
            .Where(broker => broker.IsMaster && readable.Contains(broker.Name))
            .ToList();
        return masters.Count > 0
            ? masters
            : throw new AdminFailedException(
                $"group {group} can pop {topic} from no broker; `topicRoute` shows its brokers and permission"
            );
    }

    /// <summary>Whether the broker makes retry topics of the second form; it reads those of the first too.</summary>
    async Task<bool> IsSecondFormAsync(BrokerAt broker)
    {
        var settings = await BrokerConfigVerbs.OfAsync(call, broker.Address).ConfigureAwait(false);
        return settings.Contains(KeyValuePair.Create("enableRetryTopicV2", "true"));
    }
}
