using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>Entries of a consume queue: the body of code 321.</summary>
/// <param name="MinIndex">The smallest offset that can be read.</param>
/// <param name="MaxIndex">One past the largest.</param>
/// <param name="Entries">Position in the log, size and tags code, from the offset that was asked for on.</param>
public sealed record QueueEntriesBody(
    long MinIndex,
    long MaxIndex,
    IReadOnlyList<(long Position, int Size, long TagsCode)> Entries
)
{
    /// <summary>What the named group wants of the topic; null without a group or when it is not online.</summary>
    public SubscriptionData? Subscription { get; init; }

    /// <summary>The compiled filter of the named group as JSON, or why there is none; null without a group.</summary>
    public string? FilterData { get; init; }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject();
        if (FilterData is not null)
            json.Name("filterData").Value(FilterData);
        json.Name("maxQueueIndex").Value(MaxIndex).Name("minQueueIndex").Value(MinIndex);
        json.Name("queueData").BeginArray();
        foreach (var (position, size, tagsCode) in Entries)
        {
            json.BeginObject().Name("eval").Value(false).Name("physicOffset").Value(position);
            json.Name("physicSize").Value(size).Name("tagsCode").Value(tagsCode).EndObject();
        }
        json.EndArray();
        Subscription?.Write(json.Name("subscriptionData"));
        return json.EndObject().ToArray();
    }
}
