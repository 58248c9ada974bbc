using System.Threading.Channels;

namespace Broker.Cluster;

/// <summary>Wakes one waiting loop. Setting it any number of times before the loop looks wakes it once.</summary>
sealed class Signal(TimeProvider time)
{
    readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits for the signal, at most for the given time; true when it was the signal.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost <= TimeSpan.Zero)
            return _set.Reader.TryRead(out _);
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _set.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
