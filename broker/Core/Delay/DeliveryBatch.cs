using Broker.Store;

namespace Broker.Core.Delay;

/// <summary>
/// The outcome of some appends of one delivery: they complete in order, and together. Reused: <see cref="Begin"/>,
/// <see cref="Next"/> per append, <see cref="CompleteAsync"/>.
/// </summary>
sealed class DeliveryBatch
{
    readonly Slot[] _slots;
    TaskCompletionSource<int> _done = new();
    int _used;
    int _open;
    int _stored;

    public DeliveryBatch(int size)
    {
        _slots = new Slot[size];
        for (var i = 0; i < size; i++)
            _slots[i] = new Slot(this);
    }

    public void Begin()
    {
        _done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _used = 0;
        _stored = 0;
        // One for the batch itself: it must not end while it is still being filled.
        _open = 1;
    }

    /// <summary>
    /// The completion for the next append; <see cref="TakeBack"/> it when the store refuses the append.
    /// </summary>
    public AppendCompletion Next()
    {
        Interlocked.Increment(ref _open);
        return _slots[_used++];
    }

    public void TakeBack()
    {
        _used--;
        Interlocked.Decrement(ref _open);
    }

    /// <summary>Ends when every append of the batch has; the result is how many are stored.</summary>
    public Task<int> CompleteAsync()
    {
        End();
        return _done.Task;
    }

    void Ended(AppendStatus outcome)
    {
        // A message that was written but not synced in time is there all the same; another one would be a second copy.
        if (outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
            Interlocked.Increment(ref _stored);
        End();
    }

    void End()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _done.TrySetResult(_stored);
    }

    sealed class Slot(DeliveryBatch batch) : AppendCompletion
    {
        public override void Completed(AppendStatus outcome) => batch.Ended(outcome);
    }
}
