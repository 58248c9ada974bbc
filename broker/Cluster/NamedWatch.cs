using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.KubeClient.Resources;

namespace Broker.Cluster;

/// <summary>
/// Sets a signal whenever one object of a name has changed by another hand. What it became is read afterwards:
/// decisions are
/// never made from a watch. A watch that fails is started again, slower each time.
/// </summary>
sealed class NamedWatch<T>(
    string @namespace,
    string name,
    Func<T, bool> isNews,
    Signal signal,
    Func<CancellationToken, ValueTask<ResourceClient<T>>> client,
    TimeProvider time,
    ILogger logger
)
    where T : IKubernetesObject<V1ObjectMeta>
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(16);

    /// <summary>A watch whose connection died in silence ends after this at the latest.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
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
                    pause = ShortestPause;
                    if (isNews(entity))
                        signal.Set();
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                ClusterLog.WatchFailed(logger, typeof(T).Name, name, e.Message);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            signal.Set();
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
