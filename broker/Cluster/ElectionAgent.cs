using Broker.Replication;
using k8s.Models;
using KubeOps.KubernetesClient;
using Microsoft.Extensions.Logging;
using Operator.KubeClient;
using Operator.KubeClient.Resources;

namespace Broker.Cluster;

/// <summary>
/// Runs one replica's election against the group's Lease: reads it, lets <see cref="Election"/> decide, and does what
/// was decided, one step at a time. It knows Kubernetes and the clock; the rules are not here.
/// </summary>
/// <remarks>
/// The life: <see cref="RunAsync"/> until its token is cancelled; then the broker refuses sends and flushes; then
/// <see cref="ReleaseAsync"/>. An API server that does not answer never stops a master from serving.
/// </remarks>
public sealed class ElectionAgent
{
    /// <summary>
    /// Between two reads of a replica that waits: well below the gap that restarts the count of silence.
    /// </summary>
    static readonly TimeSpan ReadPeriod = TimeSpan.FromSeconds(2);

    /// <summary>After a failed call, and while a name is not resolved.</summary>
    /// <summary>Between tries of a failed call; shortened at random, since a successor must not wait.</summary>
    static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(1);

    /// <summary>A log that has not answered for so long makes no progress (replication.md §3.4).</summary>
    static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(10);

    readonly ElectionOptions _options;
    readonly ResourceClient<V1Lease> _client;
    readonly IReplica _replica;
    readonly TimeProvider _time;
    readonly Random _random;
    readonly Backoff _retry;
    readonly ILogger _logger;
    readonly GroupLease _leases;
    readonly MasterEndpoints _endpoints;
    readonly MasterAddresses _addresses;
    readonly Signal _changed;
    readonly ClusterMeters _meters;
    ElectionRole _role = ElectionRole.Follower;
    LeaseState? _lease;
    LeaseSilence _silence;
    TimeSpan _renewalDue;
    TimeSpan _probeAsked;
    Task<bool>? _probe;
    bool _everRead;
    bool _mustRead = true;
    string? _advertised;
    ElectionStatus _status = new(ElectionRole.Follower, null, "starting");

    /// <summary>Wires an agent; it does nothing before <see cref="RunAsync"/>.</summary>
    public ElectionAgent(
        ElectionOptions options,
        IKubernetesClient client,
        IReplica replica,
        TimeProvider time,
        Random random,
        ILogger<ElectionAgent> logger
    )
    {
        _options = options;
        _client = client.ApiClient.Resources<V1Lease>();
        _replica = replica;
        _time = time;
        _random = random;
        _retry = new Backoff(LongestRetry, LongestRetry, random);
        _logger = logger;
        _leases = new GroupLease(options, _client, time);
        _endpoints = new MasterEndpoints(options, new EndpointSlices(client), time, Part(random), logger);
        _addresses = new MasterAddresses(options, time, logger);
        _changed = new Signal(time);
        _meters = new ClusterMeters(options.Meters, () => Status);
    }

    TimeSpan RetryPause => _retry.After(0);

    /// <summary>What the election is at; may be read from any thread.</summary>
    public ElectionStatus Status => Volatile.Read(ref _status);

    /// <summary>Follows the Lease until cancelled. Does not release it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watch = new NamedWatch<V1Lease>(
            _options.Namespace,
            _options.Lease,
            _leases.IsNews,
            _changed,
            _ => ValueTask.FromResult(_client),
            _time,
            Part(_random),
            _logger
        ).RunAsync(cancellationToken);
        var endpoints = _endpoints.RunAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var pause = await StepAsync(cancellationToken);
                if (await _changed.WaitAsync(pause, cancellationToken))
                    _mustRead = true;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }
        await Task.WhenAll(watch, endpoints);
    }

    /// <summary>
    /// Gives the Lease up after the broker's last flush, so that the next start need not wait, and empties the
    /// EndpointSlices. Does nothing when this replica is not the master. Tried for as long as the token allows.
    /// </summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_role.Kind != ElectionRoleKind.Master)
            return;
        var epoch = _role.Epoch;
        _role = ElectionRole.Follower;
        _endpoints.Epoch = 0;
        await _endpoints.ReleaseAsync(epoch, cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            var reading = await _leases.ReadAsync(cancellationToken);
            if (reading.Succeeded)
            {
                if (reading.Lease is null || Election.Release(reading.Lease, _replica.Record, epoch) is not { } free)
                    return;
                var (outcome, _, problem) = await _leases.ReplaceAsync(free, cancellationToken);
                if (outcome == CallOutcome.Done)
                {
                    ClusterLog.Released(_logger, epoch);
                    return;
                }
                ClusterLog.LeaseNotWritten(_logger, outcome, problem);
            }
            await Task.Delay(RetryPause, _time, cancellationToken);
        }
    }

    /// <summary>One read where needed, one decision, one action. Returns how long to wait for the next.</summary>
    async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        if (_role.Kind != ElectionRoleKind.Master || _mustRead)
        {
            if (!await ReadAsync(cancellationToken) && (!_everRead || _role.Kind != ElectionRoleKind.Master))
                return RetryPause;
        }
        var input = new ElectionInput
        {
            Lease = _lease,
            Record = _replica.Record,
            Pod = _options.PodName,
            Role = _role,
            Initialised = _replica.HasLog || _replica.Record.LastEpoch > 0,
            Silence = _silence,
            Now = _leases.Now,
            RenewalDue = _renewalDue,
            LogMakesProgress = _role.Kind != ElectionRoleKind.Master || await ProbeAsync(cancellationToken),
            Drawn = GroupId.Draw(_random),
        };
        return Election.Decide(input) switch
        {
            ElectionDecision.Wait wait => await WaitAsync(wait, cancellationToken),
            ElectionDecision.Campaign campaign => await CampaignAsync(campaign, cancellationToken),
            ElectionDecision.Promote promote => await PromoteAsync(promote, cancellationToken),
            ElectionDecision.Renew renew => await RenewAsync(renew, cancellationToken),
            ElectionDecision.StepDown stepDown => await StepDownAsync(stepDown, cancellationToken),
            var other => throw new InvalidOperationException($"unknown decision {other}"),
        };
    }

    async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = await _leases.ReadAsync(cancellationToken);
        if (!reading.Succeeded)
        {
            ClusterLog.LeaseNotRead(_logger, reading.Problem);
            return false;
        }
        _everRead = true;
        _mustRead = false;
        await AdoptAsync(reading.Lease, reading.Sent, reading.Answered, cancellationToken);
        return true;
    }

    async Task AdoptAsync(LeaseState? lease, TimeSpan sent, TimeSpan answered, CancellationToken cancellationToken)
    {
        _lease = lease;
        if (lease is null)
            return;
        _silence = _silence.Observe(lease, sent, answered);
        var learned = _replica.Record.Learn(lease);
        if (!ReferenceEquals(learned, _replica.Record))
            await _replica.SaveAsync(learned, cancellationToken);
    }

    async Task<TimeSpan> WaitAsync(ElectionDecision.Wait wait, CancellationToken cancellationToken)
    {
        if (_status.Waiting != wait.Reason || _status.Role != _role)
            ClusterLog.Waiting(_logger, wait.Reason, wait.Message);
        Volatile.Write(ref _status, new ElectionStatus(_role, wait.Reason, wait.Message));
        if (_role.Kind == ElectionRoleKind.Master)
            await AdvertiseAsync(cancellationToken);
        var period = _role.Kind == ElectionRoleKind.Master ? Election.RenewalPeriod : ReadPeriod;
        if (wait.Reason == WaitReason.ServingWithoutLease)
            _mustRead = true;
        return wait.Until is { } until && until - _leases.Now < period ? until - _leases.Now : period;
    }

    async Task<TimeSpan> CampaignAsync(ElectionDecision.Campaign campaign, CancellationToken cancellationToken)
    {
        // Whoever wins must say at once where it can be reached: without an address there is no use in winning.
        if (!await _addresses.RefreshAsync(cancellationToken))
            return RetryPause;
        ClusterLog.Campaigning(_logger, campaign.Promise, campaign.Why);
        var group = campaign.Replacement.Group!.Value;
        await _replica.SaveAsync(_replica.Record.Sealed(campaign.Promise, group), cancellationToken);
        _role = ElectionRole.Sealed(campaign.Promise);
        var pause = await ReplaceAsync(campaign.Replacement, cancellationToken);
        Volatile.Write(ref _status, new ElectionStatus(_role, null, campaign.Why));
        return pause;
    }

    async Task<TimeSpan> PromoteAsync(ElectionDecision.Promote promote, CancellationToken cancellationToken)
    {
        var record = _replica.Record.Promoted(promote.Recorded, _replica.End, EpochEntry.DrawNonce(_random));
        await _replica.SaveAsync(record, cancellationToken);
        _role = ElectionRole.Master(promote.Recorded.Epoch);
        _renewalDue = _leases.Now + Election.RenewalPeriod;
        _advertised = null;
        await AdvertiseAsync(cancellationToken);
        _endpoints.Epoch = _role.Epoch;
        Volatile.Write(ref _status, new ElectionStatus(_role, null, "serving"));
        return TimeSpan.Zero;
    }

    async Task<TimeSpan> RenewAsync(ElectionDecision.Renew renew, CancellationToken cancellationToken)
    {
        _renewalDue = _leases.Now + Election.RenewalPeriod;
        var pause = await ReplaceAsync(renew.Replacement, cancellationToken);
        await AdvertiseAsync(cancellationToken);
        return pause;
    }

    async Task<TimeSpan> StepDownAsync(ElectionDecision.StepDown stepDown, CancellationToken cancellationToken)
    {
        ClusterLog.SteppingDown(_logger, _role.Epoch, stepDown.Why);
        _endpoints.Epoch = 0;
        _role = ElectionRole.Follower;
        Volatile.Write(ref _status, new ElectionStatus(_role, null, stepDown.Why));
        await _replica.StepDownAsync(stepDown.Why, cancellationToken);
        return TimeSpan.Zero;
    }

    /// <summary>A source of its own for each task that draws: <see cref="Random"/> is not safe to share.</summary>
    static Random Part(Random random) => new(random.Next());

    /// <summary>Replaces the Lease and says how long to wait before the next step.</summary>
    async Task<TimeSpan> ReplaceAsync(LeaseState replacement, CancellationToken cancellationToken)
    {
        var sent = _leases.Now;
        var (outcome, written, problem) = await _leases.ReplaceAsync(replacement, cancellationToken);
        _meters.Wrote(outcome);
        if (outcome == CallOutcome.Done)
        {
            _mustRead = false;
            await AdoptAsync(written, sent, _leases.Now, cancellationToken);
            return TimeSpan.Zero;
        }
        ClusterLog.LeaseNotWritten(_logger, outcome, problem);
        _mustRead = true;
        return outcome == CallOutcome.Conflict ? TimeSpan.Zero : RetryPause;
    }

    /// <summary>Tells the broker its term, at first and whenever the master Service's address has changed.</summary>
    async Task AdvertiseAsync(CancellationToken cancellationToken)
    {
        await _addresses.RefreshAsync(cancellationToken);
        if (_addresses.Of(_role.Epoch) is not { } address || address == _advertised)
            return;
        _advertised = address;
        ClusterLog.Promoted(_logger, _role.Epoch, address);
        await _replica.PromoteAsync(new MasterTerm(_role.Epoch, address), cancellationToken);
    }

    /// <summary>At most one probe is under way; one that does not come back is waited for, not repeated.</summary>
    async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_leases.Now < _renewalDue)
            return true;
        if (_probe is null)
        {
            _probeAsked = _leases.Now;
            _probe = _replica.ProbeAsync(cancellationToken).AsTask();
        }
        var patience = _probeAsked + ProbePatience - _leases.Now;
        if (!_probe.IsCompleted && patience > TimeSpan.Zero)
            await Task.WhenAny(_probe, Task.Delay(patience, _time, cancellationToken));
        if (!_probe.IsCompleted)
            return false;
        var probe = _probe;
        _probe = null;
        return await probe;
    }
}
