using System.Text;
using Broker.Protocol.Messages;
using Broker.Store.Log;

namespace Broker.Store.Index;

/// <summary>
/// One query by key. The index only knows hashes, so every message that it names is looked at before it is taken.
/// </summary>
sealed class KeySearch(
    string topic,
    string key,
    int maxMessages,
    long begin,
    long end,
    LogReader log,
    ReadResult result
)
{
    readonly byte[] _topic = Encoding.UTF8.GetBytes(topic);
    readonly byte[] _key = Encoding.UTF8.GetBytes(key);
    readonly HashSet<long> _seen = [];

    public int Hash { get; } = IndexLayout.KeyHash(JavaHash.Of($"{topic}#{key}"));

    /// <summary>Takes the message at a position if it is meant; false when there are enough.</summary>
    public bool Take(long position)
    {
        // A message whose two keys share a hash, or that was indexed again after a failure, comes twice.
        if (!_seen.Add(position) || !log.TryAcquireMessage(position, out var mapping, out var offset, out var size))
            return true;
        MessageView.Read(mapping.Span[offset..], out var message);
        if (IsMeant(message))
            result.Add(mapping, offset, size);
        else
            mapping.Release();
        return result.MessageCount < maxMessages;
    }

    bool IsMeant(in MessageView message)
    {
        if (message.StoreTimestamp < begin || message.StoreTimestamp > end || !message.Topic.SequenceEqual(_topic))
            return false;
        if (message.TryGetProperty(PropertyNames.UniqueKey, out var unique) && unique.SequenceEqual(_key))
            return true;
        if (!message.TryGetProperty(PropertyNames.Keys, out var keys))
            return false;
        foreach (var word in keys.Split((byte)' '))
        {
            if (keys[word].SequenceEqual(_key))
                return true;
        }

        return false;
    }
}
