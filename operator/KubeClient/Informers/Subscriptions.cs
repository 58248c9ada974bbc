using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.KubeClient.Resources;

namespace Operator.KubeClient.Informers;

/// <summary>
/// The handlers of an informer and what they still owe: a change whose handler threw is kept and delivered again.
/// </summary>
internal sealed class Subscriptions<T>(ResourceClient<T> client, TimeProvider time, ILogger logger)
    where T : IKubernetesObject<V1ObjectMeta>
{
    static readonly TimeSpan Redelivery = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly List<Subscription> all = [];

    /// <summary>
    /// Under the lock of deliveries, so that a change is either in what is known now or comes after it.
    /// </summary>
    public void Add(Action<CacheChange<T>> handler, ObjectCache<T> cache)
    {
        lock (gate)
        {
            var subscription = new Subscription(handler);
            all.Add(subscription);
            foreach (var entity in cache.List())
                Call(subscription, new CacheChange<T>(ChangeType.Added, entity, default));
        }
    }

    public ITimer Start() => time.CreateTimer(_ => Redeliver(), null, Redelivery, Redelivery);

    /// <param name="change">Changes the cache and says how.</param>
    public void Deliver(Func<IEnumerable<CacheChange<T>>> change)
    {
        lock (gate)
        {
            foreach (var one in change())
            {
                foreach (var subscription in all)
                    Call(subscription, one);
            }
        }
    }

    void Redeliver()
    {
        lock (gate)
        {
            foreach (var subscription in all)
            {
                foreach (var key in subscription.Owed.Keys.ToList())
                    Pay(subscription, key);
            }
        }
    }

    void Call(Subscription subscription, CacheChange<T> change)
    {
        var key = ObjectKey.Of(change.Object);
        if (!subscription.Owed.TryGetValue(key, out var owed))
            subscription.Owed[key] = owed = new OwedChanges<T>();
        owed.Add(change);
        Pay(subscription, key);
    }

    void Pay(Subscription subscription, ObjectKey key)
    {
        var owed = subscription.Owed[key];
        try
        {
            while (owed.TryPeek(out var change))
            {
                subscription.Handler(change);
                owed.Dequeue();
            }
            subscription.Owed.Remove(key);
        }
        catch (Exception e)
        {
            client.Meters.HandlerError(client.Resource);
            KubeLog.HandlerFailed(logger, e, client.Resource.ToString(), key.ToString());
        }
    }

    sealed record Subscription(Action<CacheChange<T>> Handler)
    {
        /// <summary>By object: no more of them than the cache holds and what was deleted from it meanwhile.</summary>
        public Dictionary<ObjectKey, OwedChanges<T>> Owed { get; } = [];
    }
}
