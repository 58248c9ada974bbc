namespace Broker.Core.Offsets;

/// <summary>How far one group is in the queues of one topic. Any thread may call.</summary>
sealed class QueueOffsets(string topic, string group)
{
    /// <summary>Queues of a topic at most: more is a mistake or an attack on memory, 8 bytes each.</summary>
    public const int QueuesMax = 65_536;

    /// <summary>No offset was committed.</summary>
    public const long None = -1;

    readonly Lock _sync = new();
    long[] _offsets = [];

    public string Topic { get; } = topic;

    public string Group { get; } = group;

    /// <summary>The committed offset, <see cref="None"/> when there is none.</summary>
    public long Get(int queueId)
    {
        lock (_sync)
            return (uint)queueId < (uint)_offsets.Length ? _offsets[queueId] : None;
    }

    /// <summary>Last writer wins, also with a smaller offset (protocol.md §4.4).</summary>
    /// <returns>Whether something changed.</returns>
    public bool Set(int queueId, long offset)
    {
        lock (_sync)
        {
            if (queueId >= _offsets.Length)
                Grow(queueId + 1);
            if (_offsets[queueId] == offset)
                return false;
            _offsets[queueId] = offset;
            return true;
        }
    }

    /// <summary>The queues that have an offset, in order.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> Entries()
    {
        lock (_sync)
        {
            var entries = new List<KeyValuePair<int, long>>(_offsets.Length);
            for (var queueId = 0; queueId < _offsets.Length; queueId++)
            {
                if (_offsets[queueId] != None)
                    entries.Add(KeyValuePair.Create(queueId, _offsets[queueId]));
            }
            return entries;
        }
    }

    void Grow(int length)
    {
        var longer = new long[Math.Max(length, Math.Min(2 * _offsets.Length, QueuesMax))];
        _offsets.CopyTo(longer, 0);
        longer.AsSpan(_offsets.Length).Fill(None);
        _offsets = longer;
    }
}
