namespace Broker.Core.Waiting;

/// <summary>
/// The requests that wait for one thing, the one that came first is first. Answers those that were woken on the thread
/// pool: many arrivals in a row wake a request once and are all in its answer.
/// </summary>
sealed class WaitingList<TOrder>(HeldRequests<TOrder> owner) : IThreadPoolWorkItem
    where TOrder : struct, IHeldOrder
{
    HeldRequest<TOrder>? _ready;
    bool _isScheduled;
    int _count;

    /// <summary>Read and walked under the owner's lock.</summary>
    public HeldRequest<TOrder>? First { get; private set; }

    /// <summary>The one that came last, under the owner's lock.</summary>
    public HeldRequest<TOrder>? Last { get; private set; }

    /// <summary>Written under the owner's lock; arrivals read it without, to be quick when nobody waits.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The filters by properties that requests in the list have.</summary>
    public PropertyFilters Filters { get; } = new();

    /// <inheritdoc/>
    public void Execute() => owner.AnswerReady(this);

    /// <summary>Has the thread pool answer what is ready, unless it was told to already.</summary>
    public void ScheduleLocked()
    {
        if (_ready is null || _isScheduled)
            return;
        _isScheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    internal void AddLocked(HeldRequest<TOrder> held)
    {
        held.List = this;
        Filters.AddLocked(held.Order.Filter);
        held.PreviousOfList = Last;
        if (Last is null)
            First = held;
        else
            Last.NextOfList = held;
        Last = held;
        Volatile.Write(ref _count, _count + 1);
    }

    internal void RemoveLocked(HeldRequest<TOrder> held)
    {
        if (held.PreviousOfList is null)
            First = held.NextOfList;
        else
            held.PreviousOfList.NextOfList = held.NextOfList;
        if (held.NextOfList is null)
            Last = held.PreviousOfList;
        else
            held.NextOfList.PreviousOfList = held.PreviousOfList;
        held.PreviousOfList = held.NextOfList = null;
        held.List = null;
        Filters.RemoveLocked(held.Order.Filter);
        Volatile.Write(ref _count, _count - 1);
    }

    internal void AddReadyLocked(HeldRequest<TOrder> held)
    {
        held.NextReady = _ready;
        _ready = held;
    }

    internal HeldRequest<TOrder>? TakeReadyLocked()
    {
        var ready = _ready;
        _ready = null;
        _isScheduled = false;
        return ready;
    }
}
