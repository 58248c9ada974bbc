namespace Broker.Store;

/// <summary>
/// A completion that can be awaited, for the broker's own rare messages. Not for the send path: it allocates.
/// </summary>
sealed class AwaitedAppend : AppendCompletion
{
    readonly TaskCompletionSource<AppendResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<AppendResult> Task => _source.Task;

    public override void Completed(AppendStatus outcome) =>
        _source.TrySetResult(new AppendResult(outcome, Position, QueueOffset, StoreTimestamp));
}
