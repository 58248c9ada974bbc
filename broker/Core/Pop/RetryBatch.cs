using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Messages that are being put into retry topics together. Reused: <see cref="Begin"/>, <see cref="Next"/> per message,
/// <see cref="CompleteAsync"/>. A message that is stored is marked in its checkpoint.
/// </summary>
sealed class RetryBatch
{
    readonly List<Slot> _slots = [];
    TaskCompletionSource _done = new();
    int _used;
    int _open;

    public void Begin()
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _used = 0;
        // One for the batch itself: it must not end while it is still being filled.
        _open = 1;
    }

    /// <summary>The completion for a message of a checkpoint.</summary>
    public AppendCompletion Next(Checkpoint checkpoint, int index)
    {
        if (_used == _slots.Count)
            _slots.Add(new Slot(this));
        var slot = _slots[_used++];
        slot.Checkpoint = checkpoint;
        slot.Index = index;
        Interlocked.Increment(ref _open);
        return slot;
    }

    /// <summary>The store refused the last one.</summary>
    public void TakeBack()
    {
        _used--;
        Interlocked.Decrement(ref _open);
    }

    /// <summary>Ends when every append of the batch has.</summary>
    public Task CompleteAsync()
    {
        End();
        return _done.Task;
    }

    void End()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _done.TrySetResult();
    }

    sealed class Slot(RetryBatch batch) : AppendCompletion
    {
        public Checkpoint? Checkpoint { get; set; }

        public int Index { get; set; }

        public override void Completed(AppendStatus outcome)
        {
            // Written but not synced in time is there all the same; another one would be a second copy.
            if (outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
                Checkpoint!.Revived(Index);
            Checkpoint = null;
            batch.End();
        }
    }
}
