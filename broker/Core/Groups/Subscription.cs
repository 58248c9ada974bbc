using Broker.Protocol.Bodies;
using Broker.Store;

namespace Broker.Core.Groups;

/// <summary>What a group wants of one topic, ready for reading.</summary>
public sealed class Subscription
{
    internal Subscription(SubscriptionData data)
    {
        Data = data;
        NamesTags = data.ExpressionType is "" or "TAG";
        Filter = NamesTags && data.SubString != "*" ? new TagFilter(data.CodeSet) : MessageFilter.All;
    }

    /// <summary>As the client said it.</summary>
    public SubscriptionData Data { get; }

    /// <summary>Which messages pass, by the hash of their tags; all of them for expressions of other types.</summary>
    public MessageFilter Filter { get; }

    /// <summary>The client's clock when it subscribed; pulls name the version that they count on.</summary>
    public long SubVersion => Data.SubVersion;

    /// <summary>Whether <see cref="Filter"/> says all, because the expression names tags and is no SQL.</summary>
    public bool NamesTags { get; }
}
