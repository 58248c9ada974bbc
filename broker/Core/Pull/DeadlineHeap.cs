namespace Broker.Core.Pull;

/// <summary>
/// Held pulls, the earliest deadline first. Adding one that is later than all others - the usual case, since clients
/// wait equally long - costs one comparison; removing any costs the depth of the heap. Not thread-safe.
/// </summary>
sealed class DeadlineHeap
{
    HeldPull[] _items = new HeldPull[64];

    public int Count { get; private set; }

    public HeldPull? First => Count == 0 ? null : _items[0];

    public void Add(HeldPull pull)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        RiseFrom(Count++, pull);
    }

    public void Remove(HeldPull pull)
    {
        var index = pull.HeapIndex;
        var last = _items[--Count];
        _items[Count] = null!;
        if (ReferenceEquals(last, pull))
            return;
        if (index > 0 && last.DeadlineMs < _items[(index - 1) / 2].DeadlineMs)
            RiseFrom(index, last);
        else
            SinkFrom(index, last);
    }

    void RiseFrom(int index, HeldPull pull)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (_items[parent].DeadlineMs <= pull.DeadlineMs)
                break;
            Put(index, _items[parent]);
            index = parent;
        }
        Put(index, pull);
    }

    void SinkFrom(int index, HeldPull pull)
    {
        while (true)
        {
            var child = 2 * index + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && _items[child + 1].DeadlineMs < _items[child].DeadlineMs)
                child++;
            if (_items[child].DeadlineMs >= pull.DeadlineMs)
                break;
            Put(index, _items[child]);
            index = child;
        }
        Put(index, pull);
    }

    void Put(int index, HeldPull pull)
    {
        _items[index] = pull;
        pull.HeapIndex = index;
    }
}
