namespace Broker.Core.Waiting;

/// <summary>What can wait in a <see cref="DeadlineHeap{T}"/>.</summary>
interface IDeadline
{
    /// <summary>Must not change while it waits.</summary>
    long DeadlineMs { get; }

    /// <summary>The heap's to use.</summary>
    int HeapIndex { get; set; }
}
