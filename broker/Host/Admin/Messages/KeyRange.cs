namespace Broker.Host.Admin.Messages;

/// <summary>How a key is searched: store times in ms since 1970, and how many messages at most per broker.</summary>
readonly record struct KeyRange(long Begin, long End, int Most, bool IsUniqueKey)
{
    /// <summary>Any time.</summary>
    public static KeyRange Ever(bool isUniqueKey, int most = MessageQueries.Most) =>
        new(0, long.MaxValue, most, isUniqueKey);
}
