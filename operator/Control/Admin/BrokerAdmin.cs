using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;

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

    Task<ReadOnlyMemory<byte>> CallAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) => connections.CallAsync(address, code, fields, body, cancellationToken);
}
