using System.Collections.Concurrent;

namespace Broker.Remoting;

/// <summary>The requests that one connection has sent and that are not answered yet, by their number.</summary>
sealed class PendingCalls
{
    readonly ConcurrentDictionary<int, TaskCompletionSource<RemotingResponse>> pending = new();
    int lastOpaque;

    public int NextOpaque() => Interlocked.Increment(ref lastOpaque);

    public Task<RemotingResponse> Add(int opaque)
    {
        var source = new TaskCompletionSource<RemotingResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        pending[opaque] = source;
        return source.Task;
    }

    public void Remove(int opaque) => pending.TryRemove(opaque, out _);

    /// <summary>An answer came. One that nobody waits for (any more) is dropped: its caller has given up.</summary>
    public bool TryTake(int opaque, out TaskCompletionSource<RemotingResponse>? source) =>
        pending.TryRemove(opaque, out source);

    public void FailAll(CloseReason reason)
    {
        foreach (int opaque in pending.Keys)
        {
            if (pending.TryRemove(opaque, out var source))
                source.TrySetException(new IOException($"The connection was closed: {reason}"));
        }
    }
}
