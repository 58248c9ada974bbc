namespace Operator.KubeClient.Queues;

/// <summary>
/// Keys in order of arrival within their share, the shares in turn: one with a thousand keys does not stop the
/// others.
/// </summary>
internal sealed class FairLane<TKey>
    where TKey : notnull
{
    readonly Dictionary<string, Queue<TKey>> shares = [];
    readonly Queue<string> turns = [];

    public void Enqueue(string share, TKey key)
    {
        if (!shares.TryGetValue(share, out var queue))
        {
            shares[share] = queue = [];
            turns.Enqueue(share);
        }
        queue.Enqueue(key);
    }

    public bool TryDequeue(out TKey key)
    {
        if (!turns.TryDequeue(out var share))
        {
            key = default!;
            return false;
        }
        var queue = shares[share];
        key = queue.Dequeue();
        if (queue.Count > 0)
            turns.Enqueue(share);
        else
            shares.Remove(share);
        return true;
    }
}
