namespace Broker.Core.Waiting;

/// <summary>
/// One request that waits. It hangs in three places at once - a <see cref="WaitingList{TOrder}"/>, its connection's
/// list and the heap of deadlines - and leaves all of them together, under the lock of
/// <see cref="HeldRequests{TOrder}"/>. Pooled.
/// </summary>
sealed class HeldRequest<TOrder> : IDeadline
    where TOrder : struct, IHeldOrder
{
    public TOrder Order;
    public WaitingList<TOrder>? List;
    public HeldRequest<TOrder>? PreviousOfList;
    public HeldRequest<TOrder>? NextOfList;
    public HeldRequest<TOrder>? PreviousOfConnection;
    public HeldRequest<TOrder>? NextOfConnection;

    /// <summary>Chains those that leave together, and those in the pool.</summary>
    public HeldRequest<TOrder>? NextReady;

    /// <inheritdoc/>
    public long DeadlineMs { get; set; }

    /// <inheritdoc/>
    public int HeapIndex { get; set; }
}
