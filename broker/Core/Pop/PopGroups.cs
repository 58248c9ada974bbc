using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol;

namespace Broker.Core.Pop;

/// <summary>Every pair of topic and group that pops. Any thread may call.</summary>
sealed class PopGroups(TopicTable topics, SubscriptionGroups groups, ConsumerOffsets offsets)
{
    /// <summary>
    /// As many as the offsets that a broker keeps are worth in memory: 100,000 at some 500 bytes are 50 MB.
    /// </summary>
    const int PairsMax = 100_000;

    readonly ConcurrentDictionary<(Topic, SubscriptionGroup), PopGroup> _pairs = new();

    /// <summary>How many pairs are known.</summary>
    public int Count => _pairs.Count;

    public IEnumerable<PopGroup> All => _pairs.Select(pair => pair.Value);

    /// <summary>The pair, made on first use.</summary>
    /// <exception cref="RefusedException">There are too many.</exception>
    public PopGroup Get(Topic topic, SubscriptionGroup group)
    {
        if (_pairs.TryGetValue((topic, group), out var known))
            return known;
        if (_pairs.Count >= PairsMax)
            throw new RefusedException(
                ResponseCode.SystemBusy,
                $"more than {PairsMax} pairs of topic and group pop; remove topics or groups that are not used"
            );
        return _pairs.GetOrAdd((topic, group), new PopGroup(topic, group, offsets));
    }

    /// <summary>The pair of these names when both exist; made on first use.</summary>
    public bool TryGet(
        ReadOnlySpan<byte> topicName,
        ReadOnlySpan<byte> groupName,
        [NotNullWhen(true)] out PopGroup? pair
    )
    {
        pair = null;
        if (!topics.TryGet(topicName, out var topic) || !groups.TryGet(groupName, out var group))
            return false;
        pair = Get(topic, group);
        return true;
    }

    /// <summary>The pair if it pops already.</summary>
    public bool TryGetKnown(Topic topic, SubscriptionGroup group, [NotNullWhen(true)] out PopGroup? pair) =>
        _pairs.TryGetValue((topic, group), out pair);

    /// <summary>Whether topic and group still exist: a deleted one's name may have come to life again.</summary>
    public bool IsAlive(PopGroup pair) =>
        topics.TryGet(pair.Topic.NameUtf8, out var topic)
        && ReferenceEquals(topic, pair.Topic)
        && groups.TryGet(pair.Group.NameUtf8, out var group)
        && ReferenceEquals(group, pair.Group);

    /// <summary>Forgets pairs whose topic or group was deleted; returns how many.</summary>
    public int ForgetDeleted() => _pairs.Count(one => !IsAlive(one.Value) && _pairs.TryRemove(one.Key, out _));

    /// <summary>Forgets everything: another broker is the master.</summary>
    public void Clear() => _pairs.Clear();
}
