using System.Net;
using k8s.Autorest;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.KubeClient;

namespace k8s.LeaderElection;

/// <summary>
/// Takes part in an election. One task does all: it takes, renews, notices the end and gives up the lock when it is
/// told to stop. Whether this candidate leads is decided by monotonic time since the last renewal was sent, so a
/// process that slept does not take itself for a leader. Give it a client of its own: a renewal must not wait
/// behind other calls.
/// </summary>
public sealed class LeaderElector : IDisposable
{
    /// <summary>Candidates do not ask at the same moment.</summary>
    const double JitterFactor = 1.2;

    readonly LeaderElectionConfig config;
    readonly TimeProvider time;
    readonly Random random;
    readonly ILogger logger;
    LeaderElectionRecord? observed;
    long observedAt;
    long renewedAt;
    volatile bool holding;
    volatile string? refusal;

    public LeaderElector(LeaderElectionConfig config)
        : this(config, TimeProvider.System, new Random(), NullLogger.Instance) { }

    /// <param name="random">For the jitter of this elector alone.</param>
    /// <exception cref="ArgumentException">
    /// A lease that does not outlive the deadline, or a deadline that leaves no time to try again.
    /// </exception>
    public LeaderElector(LeaderElectionConfig config, TimeProvider timeProvider, Random random, ILogger logger)
    {
        if (config.LeaseDuration <= config.RenewDeadline || config.RenewDeadline <= config.RetryPeriod * JitterFactor)
            throw new ArgumentException("LeaseDuration > RenewDeadline > RetryPeriod * 1.2 must hold", nameof(config));
        (this.config, time, this.random, this.logger) = (config, timeProvider, random, logger);
    }

    /// <summary>Called on the elector's task when this candidate begins to lead.</summary>
    public event Action? OnStartedLeading;

    /// <summary>Called when it no longer leads, before anybody else can.</summary>
    public event Action? OnStoppedLeading;

    /// <summary>Called with the identity of each new leader, this one included.</summary>
    public event Action<string>? OnNewLeader;

    /// <summary>Called with every failure but losing a race; a missing right is among them.</summary>
    public event Action<Exception>? OnError;

    /// <summary>Whether this candidate leads at this moment.</summary>
    public bool IsLeader() => holding && time.GetElapsedTime(Volatile.Read(ref renewedAt)) < config.RenewDeadline;

    /// <summary>
    /// What the server said when it refused the last try for want of a right (403); null when it did not. A candidate
    /// that is refused never leads.
    /// </summary>
    public string? Refusal => refusal;

    /// <summary>The last holder that was seen; null or empty when there was none.</summary>
    public string? GetLeader() => Volatile.Read(ref observed)?.HolderIdentity;

    /// <summary>Leads, loses, and tries again, until cancelled; then gives up the lock.</summary>
    public async Task RunAndTryToHoldLeadershipForeverAsync(CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
            await RunUntilLeadershipLostAsync(cancellationToken);
    }

    /// <summary>
    /// Waits to lead and returns when leadership is lost or, after giving up the lock, when cancelled.
    /// </summary>
    public async Task RunUntilLeadershipLostAsync(CancellationToken cancellationToken = default)
    {
        if (!await AcquireAsync(cancellationToken))
            return;
        KubeLog.Leading(logger, config.Lock.Identity, config.Lock.Describe());
        try
        {
            OnStartedLeading?.Invoke();
            await HoldAsync(cancellationToken);
        }
        finally
        {
            holding = false;
            if (cancellationToken.IsCancellationRequested)
                KubeLog.LeadershipGivenUp(logger, config.Lock.Identity, config.Lock.Describe());
            else
                KubeLog.LeadershipLost(logger, config.Lock.Identity, config.Lock.Describe());
            OnStoppedLeading?.Invoke();
            if (cancellationToken.IsCancellationRequested)
                await ReleaseAsync();
        }
    }

    public void Dispose() => holding = false;

    async Task<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await TryAsync(config.RenewDeadline, cancellationToken))
            {
                holding = true;
                return true;
            }
            await RestAsync(config.RetryPeriod * (1 + random.NextDouble() * (JitterFactor - 1)), cancellationToken);
        }
        // The last try may have been cut after the server took it.
        await ReleaseAsync();
        return false;
    }

    /// <summary>Renews until a renewal is not known to have arrived in time, or somebody else holds the lock.</summary>
    async Task HoldAsync(CancellationToken cancellationToken)
    {
        var triedAt = renewedAt;
        while (!cancellationToken.IsCancellationRequested)
        {
            // Counted from the last sending: behind a slow server there is no time to rest.
            await RestAsync(config.RetryPeriod - time.GetElapsedTime(triedAt), cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return;
            triedAt = time.GetTimestamp();
            var left = config.RenewDeadline - time.GetElapsedTime(renewedAt);
            if (left <= TimeSpan.Zero)
                return;
            await TryAsync(left, cancellationToken);
            var isOurs = observed?.HolderIdentity == config.Lock.Identity;
            if (!isOurs || time.GetElapsedTime(renewedAt) >= config.RenewDeadline)
                return;
        }
    }

    /// <summary>One try to take or renew the lock, which is given up when <paramref name="limit"/> is over.</summary>
    async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var done = await TakeOrRenewAsync(linked.Token);
            refusal = null;
            return done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            refusal = e is HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden } ? e.Message : null;
            KubeLog.ElectionFailed(logger, e, config.Lock.Identity, config.Lock.Describe());
            OnError?.Invoke(e);
            return false;
        }
    }

    async Task<bool> TakeOrRenewAsync(CancellationToken cancellationToken)
    {
        // When the call is sent, not when its answer comes: others count from what the server saw at the earliest then.
        var sentAt = time.GetTimestamp();
        var now = time.GetUtcNow().UtcDateTime;
        var wanted = new LeaderElectionRecord
        {
            HolderIdentity = config.Lock.Identity,
            LeaseDurationSeconds = (int)config.LeaseDuration.TotalSeconds,
            AcquireTime = now,
            RenewTime = now,
        };
        // A leader knows what the lock says; only when that is not so any more it has to read it.
        if (holding && observed is { } known && known.HolderIdentity == config.Lock.Identity)
        {
            wanted.AcquireTime = known.AcquireTime;
            wanted.LeaderTransitions = known.LeaderTransitions;
            if (await config.Lock.UpdateAsync(wanted, cancellationToken))
            {
                Renewed(wanted, sentAt);
                return true;
            }
        }
        var current = await config.Lock.GetAsync(cancellationToken);
        if (current is null)
        {
            if (!await config.Lock.CreateAsync(wanted, cancellationToken))
                return false;
            Renewed(wanted, sentAt);
            return true;
        }
        Observe(current);
        var isOurs = current.HolderIdentity == config.Lock.Identity;
        if (
            !isOurs
            && !string.IsNullOrEmpty(current.HolderIdentity)
            && time.GetElapsedTime(observedAt) < TermOf(current)
        )
            return false;
        wanted.AcquireTime = isOurs ? current.AcquireTime : now;
        wanted.LeaderTransitions = isOurs ? current.LeaderTransitions : current.LeaderTransitions + 1;
        sentAt = time.GetTimestamp();
        if (!await config.Lock.UpdateAsync(wanted, cancellationToken))
            return false;
        Renewed(wanted, sentAt);
        return true;
    }

    /// <summary>The holder's word on how long to wait counts when it is longer: it may run with other times.</summary>
    TimeSpan TermOf(LeaderElectionRecord record)
    {
        var said = TimeSpan.FromSeconds(record.LeaseDurationSeconds);
        return said > config.LeaseDuration ? said : config.LeaseDuration;
    }

    void Renewed(LeaderElectionRecord record, long sentAt)
    {
        Volatile.Write(ref renewedAt, sentAt);
        Observe(record);
    }

    /// <summary>
    /// Only a change of the record counts as a sign of life; its times are another clock's and never compared.
    /// </summary>
    void Observe(LeaderElectionRecord record)
    {
        if (record == observed)
            return;
        var isNewLeader =
            record.HolderIdentity != observed?.HolderIdentity && !string.IsNullOrEmpty(record.HolderIdentity);
        observedAt = time.GetTimestamp();
        Volatile.Write(ref observed, record);
        if (isNewLeader)
            OnNewLeader?.Invoke(record.HolderIdentity!);
    }

    /// <summary>
    /// Lets the next one begin at once instead of after the lease. Best effort: the lease ends by itself.
    /// </summary>
    async Task ReleaseAsync()
    {
        using var deadline = new CancellationTokenSource(config.RetryPeriod, time);
        try
        {
            var current = await config.Lock.GetAsync(deadline.Token);
            if (current?.HolderIdentity != config.Lock.Identity)
                return;
            current.HolderIdentity = "";
            current.LeaseDurationSeconds = 1;
            current.RenewTime = time.GetUtcNow().UtcDateTime;
            await config.Lock.UpdateAsync(current, deadline.Token);
        }
        catch (Exception e)
        {
            KubeLog.ElectionFailed(logger, e, config.Lock.Identity, config.Lock.Describe());
            OnError?.Invoke(e);
        }
    }

    async Task RestAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
