using Broker.Protocol.Bodies;

namespace Broker.Core.Groups;

/// <summary>
/// What a member wants of one topic, so that two ways to write the same are equal: the order of tags and blanks around
/// them say nothing. Not for filtering: that is <see cref="Subscription"/>'s.
/// </summary>
sealed class WantedExpression : IEquatable<WantedExpression>
{
    const string TagType = "TAG";

    /// <summary>Filters by a class are their own type, whatever the client calls them.</summary>
    const string ClassType = "CLASS";

    readonly string _type;
    readonly string _text;

    /// <summary>In order, each once; none for all messages.</summary>
    readonly string[] _tags;

    public WantedExpression(SubscriptionData said)
    {
        _type = TypeOf(said);
        _text = said.SubString;
        _tags = _type == TagType && !IsAll(_text) ? Tags(_text) : [];
    }

    /// <summary>Whether a member says just this. Costs no memory.</summary>
    public bool IsSaidBy(SubscriptionData said) =>
        _type == TypeOf(said) && (said.SubString == _text || (_type == TagType && HasTags(said.SubString)));

    public bool Equals(WantedExpression? other) =>
        other is not null
        && _type == other._type
        && (_type == TagType ? _tags.AsSpan().SequenceEqual(other._tags) : _text == other._text);

    public override bool Equals(object? obj) => Equals(obj as WantedExpression);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_type);
        foreach (var tag in _tags)
            hash.Add(tag);
        if (_type != TagType)
            hash.Add(_text);
        return hash.ToHashCode();
    }

    /// <summary>As people write it.</summary>
    public override string ToString() =>
        _type != TagType ? $"{_type} {_text}"
        : _tags.Length == 0 ? "*"
        : string.Join(" || ", _tags);

    bool HasTags(string text)
    {
        if (IsAll(text))
            return _tags.Length == 0;
        var count = 0;
        foreach (var range in text.AsSpan().Split("||"))
        {
            var tag = text.AsSpan(range).Trim();
            if (tag.IsEmpty)
                continue;
            if (!Contains(tag))
                return false;
            count++;
        }
        // A tag that is named twice is not recognised: then the expression is made again, and is equal.
        return count > 0 && count == _tags.Length;
    }

    bool Contains(ReadOnlySpan<char> tag)
    {
        foreach (var one in _tags)
        {
            if (tag.SequenceEqual(one))
                return true;
        }
        return false;
    }

    static string TypeOf(SubscriptionData said) =>
        said.ClassFilterMode ? ClassType
        : said.ExpressionType is "" or TagType ? TagType
        : said.ExpressionType;

    static bool IsAll(string text) => text is "" or "*";

    static string[] Tags(string text) =>
        [
            .. text.Split("||", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
}
