using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.KubeClient;
using Operator.KubeClient.Resources;

namespace Broker.Cluster;

/// <summary>
/// Signals when the named object changes, ignoring our own writes. Decisions are never made from a watch: whoever is
/// signalled reads the object. A watch that fails is restarted after a growing pause, shortened at random so that
/// brokers do not return in step after an outage of the API server.
/// </summary>
sealed class NamedWatch<T>(
    string @namespace,
    string name,
    Func<T, bool> isNews,
    Signal signal,
    Func<CancellationToken, ValueTask<ResourceClient<T>>> client,
    TimeProvider time,
    Random random,
    ILogger logger
)
    where T : IKubernetesObject<V1ObjectMeta>
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(16);

    /// <summary>Restarts a watch after this long, in case its connection died silently.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(ShortestPause, LongestPause, random);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var options = new WatchOptions
                {
                    Namespace = @namespace,
                    FieldSelector = $"metadata.name={name}",
                    Bookmarks = false,
                    Timeout = Longest,
                };
                var objects = await client(cancellationToken);
                await foreach (var (_, entity) in objects.WatchAsync(options, cancellationToken))
                {
                    backoff.Reset();
                    if (isNews(entity))
                        signal.Set();
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                ClusterLog.WatchFailed(logger, typeof(T).Name, name, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            signal.Set();
            await Task.Delay(backoff.Next(), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
