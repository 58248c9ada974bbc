using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Broker.Host.Admin.Messages;

/// <summary>The ways to find messages that several verbs share.</summary>
static class MessageQueries
{
    /// <summary>What the reference's clients ask for at once.</summary>
    public const int Most = 64;

    /// <summary>Messages by key, or by the sender's id, on all masters of a topic, oldest first.</summary>
    public static async Task<IReadOnlyList<FoundMessage>> ByKeyAsync(
        VerbCall call,
        string topic,
        string key,
        KeyRange range
    )
    {
        var found = new List<FoundMessage>();
        foreach (var broker in await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false))
        {
            var fields = new FieldList
            {
                { "topic", topic },
                { "key", key },
                { "maxNum", range.Most },
                { "beginTimestamp", range.Begin },
                { "endTimestamp", range.End },
            };
            if (range.IsUniqueKey)
                fields.Add("_UNIQUE_KEY_QUERY", true);
            try
            {
                var answer = await call
                    .Cluster.AskAsync(broker.Address, RequestCode.QueryMessage, fields, default, call.Stopping)
                    .ConfigureAwait(false);
                found.AddRange(FoundMessage.All(answer.Body.Span));
            }
            catch (AdminFailedException failure) when (failure.Code == ResponseCode.QueryNotFound)
            {
                // It lies on another broker, or nowhere.
            }
        }
        // The index goes by a hash of the key: others may share it.
        return
        [
            .. found
                .Where(message => range.IsUniqueKey ? message.Id == key : HasKey(message, key))
                .OrderBy(message => message.Stored.Ms)
                .ThenBy(message => message.LogPosition),
        ];
    }

    /// <summary>A message by its offset id, asked of the broker that the id names; null when there is none.</summary>
    public static async Task<FoundMessage?> ByOffsetIdAsync(VerbCall call, string topic, string id)
    {
        if (!OffsetMessageId.TryParse(System.Text.Encoding.ASCII.GetBytes(id), out var host, out long position))
            return null;
        var route = await call.Cluster.RouteAsync(topic, call.Stopping).ConfigureAwait(false);
        string address = host.ToString();
        // A sender's id has the same form and names the sender: only a broker of the topic is worth asking.
        if (!route.BrokerDatas.SelectMany(BrokerAt.Of).Any(broker => broker.Address == address))
            return null;
        var fields = new FieldList { { "offset", position }, { "topic", topic } };
        try
        {
            var answer = await call
                .Cluster.AskAsync(address, RequestCode.ViewMessageById, fields, default, call.Stopping)
                .ConfigureAwait(false);
            return FoundMessage.All(answer.Body.Span) is [var only, ..] ? only : null;
        }
        catch (AdminFailedException failure) when (failure.Code is not null)
        {
            return null;
        }
    }

    static bool HasKey(FoundMessage message, string key) =>
        message.Id == key || message.Keys?.Split(' ').Contains(key, StringComparer.Ordinal) == true;
}
