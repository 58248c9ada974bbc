using System.Text;

namespace Broker.Core.Groups;

/// <content>
/// Topics that a group must not read although it exists and wants them (code 353); kept with the groups.
/// </content>
public sealed partial class SubscriptionGroups
{
    /// <summary>
    /// The bit of reading in the reference's masks: its permissions are numbered from 0, reading is 2.
    /// </summary>
    const int ReadingBit = 1 << 2;

    /// <summary>By group and topic; replaced as a whole, so that pulls read it without a lock.</summary>
    volatile IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> _forbidden =
        new Dictionary<string, IReadOnlyDictionary<string, int>>();

    /// <summary>Whether the group must not read the topic, whose name is UTF-8.</summary>
    public bool IsForbidden(string group, ReadOnlySpan<byte> topic) =>
        _forbidden.Count > 0
        && _forbidden.TryGetValue(group, out var topics)
        && topics.TryGetValue(Encoding.UTF8.GetString(topic), out var bits)
        && (bits & ReadingBit) != 0;

    /// <summary>Forbids or allows a group to read a topic; on disk when the call returns.</summary>
    public void Forbid(string group, string topic, bool isForbidden)
    {
        using var change = _file.BeginChange();
        lock (_changing)
        {
            var known = _forbidden.GetValueOrDefault(group)?.GetValueOrDefault(topic) ?? 0;
            var bits = isForbidden ? known | ReadingBit : known & ~ReadingBit;
            if (bits != known)
                SaveAndForbid(With(_forbidden, group, topic, bits));
        }
    }

    /// <summary>A topic is gone: nobody is forbidden to read the next one of its name.</summary>
    public void TopicDeleted(string topic)
    {
        using var change = _file.BeginChange();
        lock (_changing)
        {
            var after = _forbidden;
            foreach (var (group, _) in _forbidden.Where(one => one.Value.ContainsKey(topic)))
                after = With(after, group, topic, bits: 0);
            if (after != _forbidden)
                SaveAndForbid(after);
        }
    }

    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> WithoutGroup(string group)
    {
        if (!_forbidden.ContainsKey(group))
            return _forbidden;
        var after = new Dictionary<string, IReadOnlyDictionary<string, int>>(_forbidden, StringComparer.Ordinal);
        after.Remove(group);
        return after;
    }

    void SaveAndForbid(IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> after)
    {
        Save(Configs, after);
        _forbidden = after;
        Volatile.Write(ref _body, BodyNow());
    }

    static Dictionary<string, IReadOnlyDictionary<string, int>> With(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> before,
        string group,
        string topic,
        int bits
    )
    {
        var topics = new Dictionary<string, int>(
            before.GetValueOrDefault(group) ?? new Dictionary<string, int>(),
            StringComparer.Ordinal
        );
        if (bits == 0)
            topics.Remove(topic);
        else
            topics[topic] = bits;
        var after = new Dictionary<string, IReadOnlyDictionary<string, int>>(before, StringComparer.Ordinal);
        if (topics.Count == 0)
            after.Remove(group);
        else
            after[group] = topics;
        return after;
    }
}
