using System.Collections.Concurrent;
using k8s;
using k8s.Models;

namespace Operator.Control.Catalogues;

/// <summary>
/// Looks at what clients see and do of an instance's topics or groups: at each object once a period, a few at a time,
/// and at one that nothing is told of yet as soon as there is something to tell.
/// </summary>
/// <param name="isReady">Whether there is something to look at.</param>
/// <param name="isTold">
/// Whether the status says something already, for the spec as it is. An object that has just become Ready, or was just
/// changed, does not, also when it was looked at before.
/// </param>
/// <param name="settings">The period, unless there are too many objects.</param>
/// <param name="time">The clock.</param>
sealed class Rota<T>(Func<T, bool> isReady, Func<T, bool> isTold, OperatorSettings settings, TimeProvider time)
    where T : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// One or two questions an object and server: with a hundred objects the period is that of everything else, with
    /// ten thousand it is 17 minutes, and servers are asked twenty times a second at the most.
    /// </summary>
    static readonly TimeSpan PerObject = TimeSpan.FromSeconds(0.1);

    const int AtOnce = 4;

    readonly ConcurrentDictionary<string, long> _looked = new();

    /// <summary>Looks at those whose turn it is.</summary>
    /// <param name="objects">All of the instance.</param>
    /// <param name="look">Looks at one; when to try again, null for the next period.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When to look again.</returns>
    public async Task<TimeSpan> RunAsync(
        IReadOnlyCollection<T> objects,
        Func<T, CancellationToken, Task<TimeSpan?>> look,
        CancellationToken cancellationToken
    )
    {
        var least = PerObject * objects.Count;
        var period = settings.DriftPeriod > least ? settings.DriftPeriod : least;
        var most = (int)Math.Ceiling(settings.DriftPeriod / PerObject);
        var (next, gate) = (settings.DriftPeriod, new Lock());
        await Parallel.ForEachAsync(
            objects.Where(one => IsDue(one, period * 0.9)).Take(most),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (one, token) =>
            {
                var retry = await look(one, token);
                if (retry is null)
                    _looked[one.Metadata.Uid!] = time.GetTimestamp();
                lock (gate)
                    next = Deadline.Earliest(next, retry);
            }
        );
        Forget(period * 2);
        return next;
    }

    bool IsDue(T one, TimeSpan period) =>
        isReady(one)
        && (!isTold(one) || !_looked.TryGetValue(one.Metadata.Uid!, out var at) || time.GetElapsedTime(at) >= period);

    void Forget(TimeSpan age)
    {
        foreach (var (uid, at) in _looked)
            if (time.GetElapsedTime(at) > age)
                _looked.TryRemove(uid, out _);
    }
}
