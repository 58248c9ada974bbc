using Broker.Protocol.Bodies;

namespace Broker.Core.Groups;

/// <summary>
/// All that a member wants, by topic. Members that want the same share one of these, so that a group of ten thousand
/// costs as much as one of two.
/// </summary>
sealed class WantedTopics : IEquatable<WantedTopics>
{
    readonly Dictionary<string, WantedExpression> _expressions = new(StringComparer.Ordinal);
    readonly int _hash;

    /// <param name="said">What a heartbeat names.</param>
    /// <param name="own">The group's retry topic: members add it by themselves, or not, when they broadcast.</param>
    public WantedTopics(IReadOnlyList<SubscriptionData> said, string own)
    {
        foreach (var one in said)
        {
            if (one.Topic != own)
                _expressions[one.Topic] = new WantedExpression(one);
        }
        foreach (var (topic, expression) in _expressions)
            _hash += HashCode.Combine(topic, expression);
    }

    /// <summary>How many members want this. Guarded by their group's lock.</summary>
    public int Members { get; set; }

    /// <summary>Whether a member says just this. Costs no memory: it is asked with every heartbeat.</summary>
    public bool IsSaidBy(IReadOnlyList<SubscriptionData> said, string own)
    {
        var count = 0;
        for (var i = 0; i < said.Count; i++)
        {
            if (said[i].Topic == own)
                continue;
            if (!_expressions.TryGetValue(said[i].Topic, out var expression) || !expression.IsSaidBy(said[i]))
                return false;
            count++;
        }
        return count == _expressions.Count;
    }

    /// <summary>What <paramref name="other"/> wants and this does not: a few words a topic, in order.</summary>
    public IEnumerable<string> Differences(WantedTopics other)
    {
        foreach (var topic in _expressions.Keys.Union(other._expressions.Keys).Order(StringComparer.Ordinal))
        {
            var mine = _expressions.GetValueOrDefault(topic);
            var theirs = other._expressions.GetValueOrDefault(topic);
            if (theirs is null)
                yield return $"not to {Short(topic)}";
            else if (mine is null)
                yield return $"also to {Short(topic)} by \"{Short(theirs)}\"";
            else if (!mine.Equals(theirs))
                yield return $"to {Short(topic)} by \"{Short(theirs)}\" instead of \"{Short(mine)}\"";
        }
    }

    public bool Equals(WantedTopics? other) =>
        other is not null
        && _hash == other._hash
        && _expressions.Count == other._expressions.Count
        && _expressions.All(one => one.Value.Equals(other._expressions.GetValueOrDefault(one.Key)));

    public override bool Equals(object? obj) => Equals(obj as WantedTopics);

    public override int GetHashCode() => _hash;

    static string Short(object text) => Agreement.Short(text.ToString()!);
}
