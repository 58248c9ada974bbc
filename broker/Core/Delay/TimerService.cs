using System.Diagnostics.Metrics;
using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;
using Broker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>Delivers messages at the time of day that they ask for, while this broker is the master.</summary>
public sealed class TimerService : IAsyncDisposable
{
    /// <summary>How long to wait after an unexpected failure.</summary>
    static readonly TimeSpan FailedWait = TimeSpan.FromSeconds(1);

    readonly TimerWork _work;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly BackgroundLife _life;
    readonly FailureLog _failures;
    readonly SemaphoreSlim _arrived = new(0, 1);

    internal TimerService(
        TimerPolicy policy,
        MessageStore store,
        TopicTable topics,
        BrokerOptions options,
        Meter meter,
        TimeProvider time,
        ILogger logger
    )
    {
        Policy = policy;
        _time = time;
        _logger = logger;
        _life = new BackgroundLife("Delivering timed messages", time, logger);
        _failures = new FailureLog(time);
        _work = new TimerWork(store, policy, topics, options, time, logger);
        TimerMeters.Declare(meter, store.Timers, _work, time);
    }

    internal TimerPolicy Policy { get; }

    /// <summary>Finds out what waits and begins to deliver. Nothing happens when it does already.</summary>
    public void Start() => _life.Start(RunAsync);

    /// <summary>Stops after the deliveries that are under way, and notes how far they are.</summary>
    public Task StopAsync() => _life.StopAsync();

    /// <summary>A message began to wait. Called by whoever stored it, so it only says so.</summary>
    public void Arrived()
    {
        // One signal is enough for all that are there when it is seen.
        if (_arrived.CurrentCount > 0)
            return;
        try
        {
            _arrived.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two came at the same moment.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _arrived.Dispose();
    }

    /// <summary>Serves GET_TIMER_CHECK_POINT (60) and GET_TIMER_METRICS (61).</summary>
    internal void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.GetTimerCheckPoint, request => request.Reply(_work.Checkpoint().ToBody()))
            .Map(RequestCode.GetTimerMetrics, request => request.Reply(_work.Counts.ToJson()));

    async Task RunAsync(CancellationToken cancellation)
    {
        while (!Attempt(_work.Begin) && !cancellation.IsCancellationRequested)
            await PauseAsync(cancellation);
        while (!cancellation.IsCancellationRequested)
            await TryStepAsync(cancellation);
        Attempt(_work.End);
    }

    /// <summary>One unexpected failure must not end all deliveries for good.</summary>
    async Task TryStepAsync(CancellationToken cancellation)
    {
        TimeSpan wait;
        try
        {
            wait = await _work.StepAsync();
        }
        catch (Exception failure)
        {
            Report(failure);
            await PauseAsync(cancellation);
            return;
        }
        if (wait > TimeSpan.Zero)
            await WaitAsync(wait, cancellation);
    }

    /// <summary>After a failure. What arrives meanwhile is no reason to fail again at once.</summary>
    Task PauseAsync(CancellationToken cancellation) => Task.WhenAny(Task.Delay(FailedWait, _time, cancellation));

    void Report(Exception failure)
    {
        if (_failures.IsDue(failure, out var unsaid))
            TimerLog.Failed(_logger, failure, unsaid);
    }

    bool Attempt(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception failure)
        {
            Report(failure);
            return false;
        }
    }

    /// <summary>Until the time is over, a message begins to wait, or all is to end.</summary>
    async Task WaitAsync(TimeSpan wait, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delay = Task.Delay(wait, _time, either.Token);
        await Task.WhenAny(delay, _arrived.WaitAsync(either.Token));
        await either.CancelAsync();
    }
}
