namespace Broker.Core.Pop;

/// <summary>
/// One request that waits. It hangs in three places at once - the list of its group and queue, its connection's list
/// and
/// the heap of deadlines - and leaves all of them together, under the lock of <see cref="HeldPops"/>. Pooled.
/// </summary>
sealed class HeldPop : IDeadline
{
    public PopOrder Order;
    public PopWaiters? Waiters;
    public HeldPop? PreviousOfQueue;
    public HeldPop? NextOfQueue;
    public HeldPop? PreviousOfConnection;
    public HeldPop? NextOfConnection;

    /// <summary>Chains those that leave together, and those in the pool.</summary>
    public HeldPop? NextReady;

    /// <inheritdoc/>
    public long DeadlineMs { get; set; }

    /// <inheritdoc/>
    public int HeapIndex { get; set; }
}
