using Microsoft.Extensions.Logging;

namespace Broker.Core;

/// <summary>
/// The life of work that goes on in the background while this broker is the master: begun and ended any number of
/// times, by several threads, and never under way twice. Work that fails is logged and begun again.
/// </summary>
/// <param name="name">What the work does, for the log: "Taking samples".</param>
/// <param name="time">The clock of the wait after a failure.</param>
/// <param name="logger">Takes <see cref="CoreLog.BackgroundFailed"/>.</param>
sealed class BackgroundLife(string name, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Before work that failed begins again: long enough not to fill the log.</summary>
    static readonly TimeSpan FailedWait = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    CancellationTokenSource? _stop;
    Task _running = Task.CompletedTask;

    /// <summary>
    /// Runs work until <see cref="StopAsync"/>, once work that is still stopping has ended. Does nothing while work is
    /// running.
    /// </summary>
    /// <param name="work">Ends soon after its token is cancelled, and not before.</param>
    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_stop is not null)
                return;
            _stop = new CancellationTokenSource();
            var (before, cancellation) = (_running, _stop.Token);
            _running = Task.Run(() => KeepRunningAsync(before, work, cancellation), CancellationToken.None);
        }
    }

    /// <summary>Asks the work to end and waits until it has.</summary>
    /// <returns>False when none was running.</returns>
    public async Task<bool> StopAsync()
    {
        CancellationTokenSource? stop;
        Task running;
        lock (_gate)
        {
            // Outside of the lock a start may have replaced it.
            (stop, running) = (_stop, _running);
            _stop = null;
        }
        if (stop is null)
            return false;
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    async Task KeepRunningAsync(Task before, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        await before;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await work(cancellation);
                return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // As it was asked to.
            }
            catch (Exception failure)
            {
                CoreLog.BackgroundFailed(logger, failure, name);
                await Task.Delay(FailedWait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
