namespace Broker.Core.Waiting;

/// <summary>
/// What waits for a time, the earliest first. Adding one that is later than all others - the usual case, since clients
/// wait equally long - costs one comparison; removing any costs the depth of the heap. Not thread-safe.
/// </summary>
sealed class DeadlineHeap<T>
    where T : class, IDeadline
{
    T[] _items = new T[64];

    public int Count { get; private set; }

    public T? First => Count == 0 ? null : _items[0];

    public void Add(T item)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, _items.Length * 2);
        RiseFrom(Count++, item);
    }

    public void Remove(T item)
    {
        var index = item.HeapIndex;
        var last = _items[--Count];
        _items[Count] = null!;
        if (ReferenceEquals(last, item))
            return;
        if (index > 0 && last.DeadlineMs < _items[(index - 1) / 2].DeadlineMs)
            RiseFrom(index, last);
        else
            SinkFrom(index, last);
    }

    void RiseFrom(int index, T item)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (_items[parent].DeadlineMs <= item.DeadlineMs)
                break;
            Put(index, _items[parent]);
            index = parent;
        }
        Put(index, item);
    }

    void SinkFrom(int index, T item)
    {
        while (true)
        {
            var child = 2 * index + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && _items[child + 1].DeadlineMs < _items[child].DeadlineMs)
                child++;
            if (_items[child].DeadlineMs >= item.DeadlineMs)
                break;
            Put(index, _items[child]);
            index = child;
        }
        Put(index, item);
    }

    void Put(int index, T item)
    {
        _items[index] = item;
        item.HeapIndex = index;
    }
}
