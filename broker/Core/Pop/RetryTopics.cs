using System.Diagnostics.CodeAnalysis;
using Broker.Core.Topics;

namespace Broker.Core.Pop;

/// <summary>
/// Chooses, of the two forms of a group's retry topics, the one that a pop looks at: it looks at one only, since its
/// texts cannot tell them apart. Topics of the older form are read as long as there is something in them.
/// </summary>
sealed class RetryTopics(BrokerNode node, PopGroups groups, PopReader reader)
{
    /// <summary>The forms of <see cref="PopGroup.RetryNames"/> that are read.</summary>
    public Range Forms =>
        node.Options switch
        {
            { EnableRetryTopicV2: false } => ..1,
            { RetrieveMessageFromPopRetryTopicV1: false } => 1..,
            _ => ..,
        };

    /// <summary>The topic to look at; false when there is none.</summary>
    /// <param name="group">The group on the topic that it subscribed to.</param>
    /// <param name="draw">Where both forms have messages they take turns by it.</param>
    /// <param name="topic">The retry topic.</param>
    public bool TryChoose(PopGroup group, int draw, [NotNullWhen(true)] out Topic? topic)
    {
        var names = group.RetryNames.AsSpan(Forms);
        if (!node.Topics.TryGet(names[0], out topic))
            return names.Length > 1 && node.Topics.TryGet(names[1], out topic);
        if (names.Length == 1 || !node.Topics.TryGet(names[1], out var second))
            return true;
        var first = topic;
        topic = draw % 2 == 0 ? first : second;
        if (!HasMessages(topic, group))
            topic = ReferenceEquals(topic, first) ? second : first;
        return true;
    }

    /// <summary>Whether the group has something to read in a retry topic.</summary>
    public bool HasMessages(Topic retry, PopGroup group)
    {
        var own = groups.Get(retry, group.Group);
        for (var i = 0; i < retry.ReadQueues; i++)
        {
            if (reader.HasMessages(own.Queue(i), isOrdered: false, attemptId: default))
                return true;
        }
        return false;
    }
}
