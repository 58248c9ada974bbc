namespace Broker.Core.Pull;

/// <summary>
/// The pulls that wait for one queue; hangs on the store's queue, so that an arrival finds them without a lookup.
/// Answers those that an arrival woke on the thread pool: many arrivals in a row wake a pull once and are all in its
/// answer.
/// </summary>
sealed class QueueWaiters(HeldPulls owner) : IThreadPoolWorkItem
{
    public HeldPull? First;
    public HeldPull? Ready;
    public bool Scheduled;

    /// <summary>Written under the owner's lock, read without by arrivals.</summary>
    public int Count;

    public void Execute() => owner.AnswerReady(this);
}
