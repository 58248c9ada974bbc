namespace Broker.Core;

/// <summary>
/// The life of work that goes on in the background while this broker is the master: begun and ended any number of
/// times, by several threads, and never under way twice.
/// </summary>
sealed class BackgroundLife : IAsyncDisposable
{
    readonly Lock _gate = new();
    CancellationTokenSource? _stop;
    Task _running = Task.CompletedTask;

    /// <summary>Runs work until <see cref="StopAsync"/>. Nothing happens when some is running already.</summary>
    /// <param name="work">Ends soon after its token is cancelled, without an exception.</param>
    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_stop is not null)
                return;
            _stop = new CancellationTokenSource();
            var cancellation = _stop.Token;
            _running = Task.Run(() => work(cancellation), CancellationToken.None);
        }
    }

    /// <summary>Asks the work to end and waits until it has.</summary>
    /// <returns>False when none was running.</returns>
    public async Task<bool> StopAsync()
    {
        CancellationTokenSource? stop;
        lock (_gate)
        {
            stop = _stop;
            _stop = null;
        }
        if (stop is null)
            return false;
        await stop.CancelAsync();
        await _running;
        stop.Dispose();
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();
}
