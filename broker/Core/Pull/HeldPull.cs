namespace Broker.Core.Pull;

/// <summary>
/// One pull that waits. It hangs in three places at once - its queue's list, its connection's list and the heap of
/// deadlines - and leaves all of them together, under the lock of <see cref="HeldPulls"/>. Pooled.
/// </summary>
sealed class HeldPull : IDeadline
{
    public PullOrder Order;
    public QueueWaiters? Waiters;
    public HeldPull? PreviousOfQueue;
    public HeldPull? NextOfQueue;
    public HeldPull? PreviousOfConnection;
    public HeldPull? NextOfConnection;

    /// <summary>Chains those that leave together, and those in the pool.</summary>
    public HeldPull? NextReady;

    /// <inheritdoc/>
    public long DeadlineMs { get; set; }

    /// <inheritdoc/>
    public int HeapIndex { get; set; }
}
