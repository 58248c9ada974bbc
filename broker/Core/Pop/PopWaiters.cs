namespace Broker.Core.Pop;

/// <summary>
/// The requests of one group that wait for one queue, or for all of them; the one that came first is first.
/// </summary>
sealed class PopWaiters
{
    /// <summary>As in the reference (popPollingSize): what comes on top is told that too many wait.</summary>
    public const int HeldMax = 1024;

    public HeldPop? First { get; private set; }

    HeldPop? _last;

    public int Count { get; private set; }

    public void Add(HeldPop held)
    {
        held.Waiters = this;
        held.PreviousOfQueue = _last;
        if (_last is null)
            First = held;
        else
            _last.NextOfQueue = held;
        _last = held;
        Count++;
    }

    public void Remove(HeldPop held)
    {
        if (held.PreviousOfQueue is null)
            First = held.NextOfQueue;
        else
            held.PreviousOfQueue.NextOfQueue = held.NextOfQueue;
        if (held.NextOfQueue is null)
            _last = held.PreviousOfQueue;
        else
            held.NextOfQueue.PreviousOfQueue = held.PreviousOfQueue;
        held.PreviousOfQueue = held.NextOfQueue = null;
        held.Waiters = null;
        Count--;
    }
}
