using Broker.Replication;
using k8s.Models;
using Operator.KubeClient.Resources;

namespace Broker.Cluster;

/// <summary>
/// The group's Lease at the API server: read by name, never from a cache, and replaced by the resourceVersion that a
/// read or a former replacement showed. It is never created here.
/// </summary>
sealed class GroupLease(ElectionOptions options, ResourceClient<V1Lease> client, TimeProvider time)
{
    readonly long _start = time.GetTimestamp();
    V1Lease? _last;

    /// <summary>Monotonic time since this object was made; all times of the election are readings of it.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Whether a watched version is another than the one last read or written here.</summary>
    public bool IsNews(V1Lease watched) =>
        Volatile.Read(ref _last)?.Metadata.ResourceVersion != watched.Metadata.ResourceVersion;

    public async Task<LeaseReading> ReadAsync(CancellationToken cancellationToken)
    {
        var sent = Now;
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            _last = await client.GetAsync(options.Lease, options.Namespace, either.Token);
            return new LeaseReading(true, _last is null ? null : Read(_last), sent, Now, null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new LeaseReading(false, null, sent, Now, e.Message);
        }
    }

    /// <summary>
    /// Writes the replacement over the version it was derived from. On success <paramref name="written"/> of the
    /// result is what the next replacement may be derived from without another read.
    /// </summary>
    public async Task<(CallOutcome Outcome, LeaseState? Written, string? Problem)> ReplaceAsync(
        LeaseState replacement,
        CancellationToken cancellationToken
    )
    {
        if (_last is not { } last || last.Metadata.ResourceVersion != replacement.ResourceVersion)
            return (CallOutcome.Conflict, null, "the Lease was read again meanwhile");
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            _last = await client.UpdateAsync(Compose(last, replacement), cancellationToken: either.Token);
            return (CallOutcome.Done, Read(_last), null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return (CallOutcomes.Of(e), null, e.Message);
        }
    }

    static LeaseState Read(V1Lease lease)
    {
        var bare = new LeaseState
        {
            ResourceVersion = lease.Metadata.ResourceVersion ?? "",
            Holder = lease.Spec?.HolderIdentity ?? "",
            DurationSeconds = lease.Spec?.LeaseDurationSeconds ?? LeaseState.DefaultDurationSeconds,
            RenewTime = lease.Spec?.RenewTime is { } renewed
                ? new DateTimeOffset(DateTime.SpecifyKind(renewed, DateTimeKind.Utc))
                : null,
        };
        var annotations = lease.Metadata.Annotations is { } map ? new Dictionary<string, string>(map) : [];
        return LeaseAnnotations.Read(bare, annotations);
    }

    V1Lease Compose(V1Lease last, LeaseState replacement)
    {
        var annotations = last.Metadata.Annotations is { } map ? new Dictionary<string, string>(map) : [];
        LeaseAnnotations.Write(replacement, annotations);
        var now = time.GetUtcNow().UtcDateTime;
        var spec = last.Spec ?? new V1LeaseSpec();
        var changesHands = (spec.HolderIdentity ?? "") != replacement.Holder && replacement.Holder.Length > 0;
        return last with
        {
            Metadata = last.Metadata with { Annotations = annotations },
            Spec = spec with
            {
                HolderIdentity = replacement.Holder,
                LeaseDurationSeconds = replacement.DurationSeconds,
                RenewTime = now,
                AcquireTime = changesHands ? now : spec.AcquireTime,
                LeaseTransitions = (spec.LeaseTransitions ?? 0) + (changesHands ? 1 : 0),
            },
        };
    }
}
