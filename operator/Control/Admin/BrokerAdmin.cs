using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Operator.Control.Admin;

/// <summary>
/// The administration of brokers that the operator uses, by address (<c>host:port</c>). A refusal of the broker is a
/// <see cref="RefusedException"/>; anything else that fails is an <see cref="IOException"/> or a
/// <see cref="TimeoutException"/> and may be tried again.
/// </summary>
sealed class BrokerAdmin(AdminConnections connections)
{
    /// <summary>Figures of the running broker by Apache's names (code 28).</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadRuntimeAsync(
        string address,
        CancellationToken cancellationToken
    ) =>
        KvTable.Parse(
            (await CallAsync(address, RequestCode.GetBrokerRuntimeInfo, null, default, cancellationToken)).Span
        );

    /// <summary>All topics with their settings (code 21).</summary>
    public async Task<TopicConfigTable> ReadTopicsAsync(string address, CancellationToken cancellationToken) =>
        TopicConfigTable.Parse(
            (await CallAsync(address, RequestCode.GetAllTopicConfig, null, default, cancellationToken)).Span
        );

    /// <summary>All groups with their settings (code 201).</summary>
    public async Task<SubscriptionGroupTable> ReadGroupsAsync(string address, CancellationToken cancellationToken) =>
        SubscriptionGroupTable.Parse(
            (await CallAsync(address, RequestCode.GetAllSubscriptionGroupConfig, null, default, cancellationToken)).Span
        );

    /// <summary>Creates or changes a topic (code 17).</summary>
    public Task PutTopicAsync(string address, TopicConfig topic, CancellationToken cancellationToken)
    {
        var fields = new FieldList
        {
            { "topic", topic.TopicName },
            { "defaultTopic", "TBW102" },
            { "readQueueNums", topic.ReadQueueNums },
            { "writeQueueNums", topic.WriteQueueNums },
            { "perm", topic.Perm },
            { "topicFilterType", topic.TopicFilterType },
            { "topicSysFlag", topic.TopicSysFlag },
            { "order", topic.Order },
        };
        if (topic.Attributes is { Count: > 0 } attributes)
            fields.Add("attributes", string.Join(',', attributes.Select(a => $"+{a.Key}={a.Value}")));
        return CallAsync(address, RequestCode.UpdateAndCreateTopic, fields, default, cancellationToken);
    }

    /// <summary>Deletes a topic with its messages (code 215); one that is not there is no error.</summary>
    public Task DeleteTopicAsync(string address, string topic, CancellationToken cancellationToken) =>
        CallAsync(
            address,
            RequestCode.DeleteTopicInBroker,
            new FieldList { { "topic", topic } },
            default,
            cancellationToken
        );

    /// <summary>Creates or changes a group (code 200).</summary>
    public Task PutGroupAsync(string address, SubscriptionGroupConfig group, CancellationToken cancellationToken) =>
        CallAsync(address, RequestCode.UpdateAndCreateSubscriptionGroup, null, group.ToJson(), cancellationToken);

    /// <summary>Deletes a group with its positions (code 207).</summary>
    public Task DeleteGroupAsync(string address, string group, CancellationToken cancellationToken) =>
        CallAsync(
            address,
            RequestCode.DeleteSubscriptionGroup,
            new FieldList { { "groupName", group }, { "cleanOffset", true } },
            default,
            cancellationToken
        );

    /// <summary>
    /// Sets a group's position in all queues of a topic (code 222), whether members are online or not.
    /// </summary>
    /// <param name="address">The broker.</param>
    /// <param name="group">The group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="timestamp">The first message stored at or after it, in ms since 1970; -1 for the end.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task ResetOffsetAsync(
        string address,
        string group,
        string topic,
        long timestamp,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            address,
            RequestCode.InvokeBrokerToResetOffset,
            new FieldList
            {
                { "topic", topic },
                { "group", group },
                { "timestamp", timestamp },
                { "isForce", true }, // forward too
            },
            default,
            cancellationToken
        );

    /// <summary>From when to when a topic's messages were stored on this broker (codes 202 and 32).</summary>
    public async Task<StoreTimes> ReadStoreTimesAsync(string address, string topic, CancellationToken cancellationToken)
    {
        var fields = new FieldList { { "topic", topic } };
        var body = await CallAsync(address, RequestCode.GetTopicStatsInfo, fields, default, cancellationToken);
        var times = StoreTimes.None;
        foreach (var queue in TopicStatsTable.Parse(body.Span).Offsets.Where(queue => !queue.IsEmpty))
        {
            var answer = await connections.InvokeAsync(
                address,
                RequestCode.GetEarliestMsgStoreTime,
                new FieldList { { "topic", topic }, { "queueId", queue.Queue.QueueId } },
                default,
                cancellationToken
            );
            times = times.With(queue.Times(answer.EnsureSuccess().Long("timestamp", absent: -1)));
        }
        return times;
    }

    /// <summary>
    /// The members of a group that are online, and whether they subscribe to the same (code 203); null when there are
    /// none.
    /// </summary>
    public async Task<ConsumerConnection?> ReadMembersAsync(
        string address,
        string group,
        CancellationToken cancellationToken
    )
    {
        var answer = await connections.InvokeAsync(
            address,
            RequestCode.GetConsumerConnectionList,
            new FieldList { { "consumerGroup", group }, { "withSubscriptionDifference", true } },
            default,
            cancellationToken
        );
        return answer.Code == ResponseCode.ConsumerNotOnline
            ? null
            : ConsumerConnection.Parse(answer.EnsureSuccess().Body.Span);
    }

    /// <summary>How far a group is in all its topics (code 208).</summary>
    public async Task<ConsumeStats> ReadProgressAsync(
        string address,
        string group,
        CancellationToken cancellationToken
    ) =>
        ConsumeStats.Parse(
            (
                await CallAsync(
                    address,
                    RequestCode.GetConsumeStats,
                    new FieldList { { "consumerGroup", group } },
                    default,
                    cancellationToken
                )
            ).Span
        );

    Task<ReadOnlyMemory<byte>> CallAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) => connections.CallAsync(address, code, fields, body, cancellationToken);
}
