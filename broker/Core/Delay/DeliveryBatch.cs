using Broker.Store;

namespace Broker.Core.Delay;

/// <summary>
/// The outcome of some appends of one delivery: they complete in order, and together. Reused: <see cref="Begin"/>,
/// <see cref="Next"/> per append, <see cref="CompleteAsync"/>. A round that is given up in between disturbs no later
/// one: its appends count in their own round only.
/// </summary>
sealed class DeliveryBatch(int size)
{
    readonly Slot?[] _slots = new Slot?[size];
    Round _round = new();
    int _used;

    public void Begin()
    {
        _round = new Round();
        _used = 0;
    }

    /// <summary>
    /// The completion for the next append; <see cref="TakeBack"/> it when the store refuses the append.
    /// </summary>
    public AppendCompletion Next()
    {
        if (_slots[_used] is not { IsUnderWay: false } slot)
            _slots[_used] = slot = new Slot();
        _used++;
        slot.Begin(_round);
        return slot;
    }

    /// <summary>Appends a message as part of the batch. One that is refused, or fails, is not waited for.</summary>
    public AppendStatus Append(MessageStore store, in AppendRequest message)
    {
        var status = AppendStatus.Closed;
        var completion = Next();
        try
        {
            return status = store.Append(message, completion);
        }
        finally
        {
            if (status != AppendStatus.Accepted)
                TakeBack();
        }
    }

    public void TakeBack()
    {
        _slots[--_used]!.End();
        _round.End();
    }

    /// <summary>Ends when every append of the batch has; the result is how many are stored.</summary>
    public Task<int> CompleteAsync()
    {
        _round.End();
        return _round.Stored;
    }

    sealed class Round
    {
        readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>One for the batch itself: it must not end while it is still being filled.</summary>
        int _open = 1;
        int _stored;

        public Task<int> Stored => _done.Task;

        public void Begin() => Interlocked.Increment(ref _open);

        public void Count() => Interlocked.Increment(ref _stored);

        public void End()
        {
            if (Interlocked.Decrement(ref _open) == 0)
                _done.TrySetResult(_stored);
        }
    }

    sealed class Slot : AppendCompletion
    {
        Round? _round;

        /// <summary>The store has not answered yet.</summary>
        public bool IsUnderWay => Volatile.Read(ref _round) is not null;

        public void Begin(Round round)
        {
            round.Begin();
            Volatile.Write(ref _round, round);
        }

        /// <summary>The round that the append belonged to.</summary>
        public Round End() => Interlocked.Exchange(ref _round, null)!;

        public override void Completed(AppendStatus outcome)
        {
            var round = End();
            // A message that was written but not synced in time is there all the same; another one would be a second
            // copy.
            if (outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
                round.Count();
            round.End();
        }
    }
}
