using Operator.Api.Topics;

namespace Operator.Api.Rules;

/// <summary>The rules of a <see cref="Topic"/> that its schema cannot say.</summary>
public static class TopicRules
{
    static readonly string ReservedCel = string.Join(
        " || ",
        TopicNames
            .ReservedTopicPrefixes.Select(p => $"self.topicName.startsWith('{p}')")
            .Append($"self.topicName in [{string.Join(", ", TopicNames.ReservedTopics.Select(n => $"'{n}'"))}]")
    );

    /// <summary>The table.</summary>
    public static readonly IReadOnlyList<Rule<Topic>> All =
    [
        Rule<Topic>.Of(
            "",
            "has(self.spec.topicName) || self.metadata.name.matches('^[a-zA-Z0-9_-]{1,127}$')",
            "metadata.name cannot be a topic's name (it holds a dot or has more than 127 characters): set "
                + "spec.topicName",
            x => x.Spec.TopicName is not null || TopicNames.IsLegal(x.Metadata.Name ?? "", TopicNames.TopicMaximum)
        ),
        Rule<Topic>.OfChange(
            "spec.instanceRef",
            "self == oldSelf",
            "instanceRef cannot be changed: topics do not move. Delete this resource and create another",
            (now, before) => now.Spec.InstanceRef == before.Spec.InstanceRef
        ),
        Rule<Topic>.OfChange(
            "spec",
            "has(self.topicName) == has(oldSelf.topicName) && (!has(self.topicName) || self.topicName == "
                + "oldSelf.topicName)",
            "topicName cannot be changed: topics cannot be renamed. Delete this resource and create another",
            (now, before) => now.Spec.TopicName == before.Spec.TopicName
        ),
        Rule<Topic>.OfChange(
            "spec.messageType",
            "self == oldSelf",
            "messageType cannot be changed: stored messages keep the guarantees they were sent with. Create "
                + "another topic",
            (now, before) => now.Spec.MessageType == before.Spec.MessageType
        ),
        Rule<Topic>.Of(
            "spec",
            "self.messageType != 'GlobalOrder' || !has(self.queuesPerBroker) || self.queuesPerBroker == 1",
            "a GlobalOrder topic has one queue: remove queuesPerBroker, or choose PartitionedOrder",
            x => x.Spec.MessageType != MessageType.GlobalOrder || x.Spec.QueuesPerBroker is null or 1
        ),
        Rule<Topic>.Of(
            "spec",
            $"!has(self.topicName) || !({ReservedCel})",
            "topicName is one that brokers use themselves: choose another",
            x => x.Spec.TopicName is not { } name || !TopicNames.IsReservedTopic(name)
        ),
    ];
}
