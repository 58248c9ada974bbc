using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.KubeClient;

namespace Broker.Cluster;

/// <summary>
/// Leads the group's two master Services to this pod while it is master: fills their EndpointSlices, replacing by
/// resourceVersion and giving way to a higher epoch, and fills them again when somebody emptied or re-created them
/// (design.md §6). The slices are created by the operator, and their ports are the operator's.
/// </summary>
sealed class MasterEndpoints(
    ElectionOptions options,
    EndpointSlices slices,
    TimeProvider time,
    Random random,
    ILogger logger
)
{
    /// <summary>The annotation that says whose endpoints a slice holds.</summary>
    internal const string EpochAnnotation = "rocketmq.io/epoch";

    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>Watches tell of every change; this catches what a silent watch would not.</summary>
    static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(60);

    readonly Signal _signal = new(time);
    long _epoch;

    /// <summary>The epoch in which this pod is master, 0 while it is none.</summary>
    public long Epoch
    {
        get => Volatile.Read(ref _epoch);
        set
        {
            Volatile.Write(ref _epoch, value);
            _signal.Set();
        }
    }

    /// <summary>Keeps the slices as they should be until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watches = options
            .MasterServices.Select(name =>
                new NamedWatch<V1EndpointSlice>(
                    options.Namespace,
                    name,
                    _ => true,
                    _signal,
                    slices.GetAsync,
                    time,
                    new Random(random.Next()),
                    logger
                ).RunAsync(cancellationToken)
            )
            .ToArray();
        var backoff = new Backoff(ShortestPause, LongestPause, random);
        while (!cancellationToken.IsCancellationRequested)
        {
            var epoch = Epoch;
            var settled = epoch == 0 || await WriteAllAsync(epoch, filled: true, cancellationToken);
            if (settled)
                backoff.Reset();
            try
            {
                await _signal.WaitAsync(settled ? CheckPeriod : backoff.Next(), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        await Task.WhenAll(watches);
    }

    /// <summary>
    /// Empties the slices that this epoch filled, so that clients are refused at once instead of hearing nothing from
    /// an address that is gone.
    /// </summary>
    public Task ReleaseAsync(long epoch, CancellationToken cancellationToken) =>
        WriteAllAsync(epoch, filled: false, cancellationToken);

    async Task<bool> WriteAllAsync(long epoch, bool filled, CancellationToken cancellationToken)
    {
        var settled = true;
        foreach (var name in options.MasterServices)
            settled &= await WriteAsync(name, epoch, filled, cancellationToken);
        return settled;
    }

    async Task<bool> WriteAsync(string name, long epoch, bool filled, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var client = await slices.GetAsync(either.Token);
            var slice = await client.GetAsync(name, options.Namespace, either.Token);
            if (slice is null)
                return false;
            var held = EpochOf(slice);
            if (held > epoch)
            {
                ClusterLog.EndpointsGivenWay(logger, name, held, epoch);
                return true;
            }
            V1Endpoint[] endpoints = filled ? [Own()] : [];
            if (held == epoch && Same(slice.Endpoints, endpoints))
                return true;
            var annotations = slice.Metadata.Annotations is { } map ? new Dictionary<string, string>(map) : [];
            annotations[EpochAnnotation] = epoch.ToString(CultureInfo.InvariantCulture);
            await client.UpdateAsync(
                slice with
                {
                    Metadata = slice.Metadata with { Annotations = annotations },
                    Endpoints = endpoints,
                },
                cancellationToken: either.Token
            );
            ClusterLog.EndpointsWritten(logger, name, epoch, endpoints.Length);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (CallOutcomes.Of(e) != CallOutcome.Conflict)
                ClusterLog.EndpointsFailed(logger, name, e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    V1Endpoint Own() =>
        new()
        {
            Addresses = [options.PodAddress.ToString()],
            Conditions = new V1EndpointConditions
            {
                Ready = true,
                Serving = true,
                Terminating = false,
            },
            NodeName = options.NodeName,
            TargetRef = new V1ObjectReference
            {
                Kind = "Pod",
                Name = options.PodName,
                NamespaceProperty = options.Namespace,
            },
        };

    static bool Same(IList<V1Endpoint>? held, V1Endpoint[] wanted) =>
        (held?.Count ?? 0) == wanted.Length
        && wanted
            .Zip(
                held ?? [],
                (a, b) =>
                    a.Addresses.SequenceEqual(b.Addresses)
                    && b.Conditions?.Ready == true
                    && a.TargetRef?.Name == b.TargetRef?.Name
            )
            .All(same => same);

    static long EpochOf(V1EndpointSlice slice) =>
        slice.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(EpochAnnotation, out var text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : 0;
}
