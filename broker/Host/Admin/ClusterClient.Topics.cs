using Broker.Host.Admin.Topics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin;

/// <summary>What verbs ask about topics and groups.</summary>
sealed partial class ClusterClient
{
    /// <summary>Every topic, by name.</summary>
    public async Task<IReadOnlyList<string>> TopicsAsync(CancellationToken cancellationToken)
    {
        var answer = await AskNameServerAsync(RequestCode.GetAllTopicListFromNameServer, null, cancellationToken)
            .ConfigureAwait(false);
        return [.. NameList.Parse("topicList", answer.Body.Span).Order(StringComparer.Ordinal)];
    }

    /// <summary>The groups that have an offset in a topic or members that subscribed to it, by name.</summary>
    public async Task<IReadOnlyList<string>> GroupsOfTopicAsync(string topic, CancellationToken cancellationToken)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var broker in await MastersOfTopicAsync(topic, cancellationToken).ConfigureAwait(false))
        {
            var fields = new FieldList { { "topic", topic } };
            var answer = await AskAsync(
                    broker.Address,
                    RequestCode.QueryTopicConsumeByWho,
                    fields,
                    default,
                    cancellationToken
                )
                .ConfigureAwait(false);
            groups.UnionWith(NameList.Parse("groupList", answer.Body.Span));
        }
        return [.. groups];
    }

    /// <summary>The masters that know a group: its members read its retry topic there.</summary>
    /// <exception cref="AdminFailedException">No broker knows the group.</exception>
    public async Task<IReadOnlyList<BrokerAt>> MastersOfGroupAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            return await MastersOfTopicAsync(TopicNames.Retry(group), cancellationToken).ConfigureAwait(false);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            throw new AdminFailedException(
                $"no broker knows group {group}: nobody has consumed as it yet; `consumerProgress` lists the groups "
                    + "that have, `updateSubGroup` creates one",
                failure.InnerException
            );
        }
    }

    /// <summary>How far a group is on one broker, in all topics or in one.</summary>
    public async Task<ConsumeStats> ConsumeStatsAsync(
        string address,
        string group,
        string? topic,
        CancellationToken cancellationToken
    )
    {
        var fields = new FieldList { { "consumerGroup", group }, { "topic", topic } };
        var answer = await AskAsync(address, RequestCode.GetConsumeStats, fields, default, cancellationToken)
            .ConfigureAwait(false);
        return ConsumeStats.Parse(answer.Body.Span);
    }

    /// <summary>The members of a group on one broker; null when nobody is online.</summary>
    public async Task<ConsumerConnection?> MembersAsync(
        string address,
        string group,
        CancellationToken cancellationToken
    )
    {
        var fields = new FieldList { { "consumerGroup", group } };
        try
        {
            var answer = await AskAsync(
                    address,
                    RequestCode.GetConsumerConnectionList,
                    fields,
                    default,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return ConsumerConnection.Parse(answer.Body.Span);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.ConsumerNotOnline)
        {
            return null;
        }
    }
}
