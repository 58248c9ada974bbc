namespace Broker.Store;

/// <summary>
/// A thread that does one kind of work at intervals and when it is asked to. Threads and not tasks: the work blocks on
/// the disk, and a pool of two threads must not.
/// </summary>
sealed class BackgroundWorker : IDisposable
{
    readonly SemaphoreSlim _signal = new(0);
    readonly Action _work;
    readonly Action<Exception> _failed;
    readonly ITimer _timer;
    readonly Thread _thread;
    readonly bool _isLow;
    volatile bool _stopped;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="intervalMs">The work is done this often when nobody asks; -1: never.</param>
    /// <param name="time">The clock of the intervals.</param>
    /// <param name="work">What is done; exceptions of the disk are handed to <paramref name="failed"/>.</param>
    /// <param name="failed">Told of them.</param>
    /// <param name="isLow">The thread yields the processor to all others.</param>
    public BackgroundWorker(
        string name,
        int intervalMs,
        TimeProvider time,
        Action work,
        Action<Exception> failed,
        bool isLow = false
    )
    {
        _isLow = isLow;
        _work = work;
        _failed = failed;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        var interval = TimeSpan.FromMilliseconds(intervalMs);
        _timer = time.CreateTimer(static state => ((BackgroundWorker)state!).Ask(), this, interval, interval);
        _thread.Start();
    }

    /// <summary>Has the work done soon.</summary>
    public void Ask()
    {
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }

    /// <summary>Returns when work under way has ended; none begins afterwards.</summary>
    public void Dispose()
    {
        _stopped = true;
        _timer.Dispose();
        _signal.Release();
        _thread.Join();
    }

    void Run()
    {
        if (_isLow)
            Native.LowerPriority();
        while (true)
        {
            _signal.Wait();
            if (_stopped)
                return;
            try
            {
                _work();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _failed(e);
            }
        }
    }
}
