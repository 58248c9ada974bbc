using System.Runtime.CompilerServices;

namespace Broker.Remoting;

/// <summary>
/// Awaited to give the thread to whatever waits for the pool. <see cref="Task.Yield"/> would not: a pool thread goes on
/// with what it queued itself before it looks at what others did.
/// </summary>
readonly struct YieldToAll : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public YieldToAll GetAwaiter() => this;

    public void GetResult() { }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) =>
        ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: false);
}
