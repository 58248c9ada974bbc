using System.Collections.Concurrent;
using System.Globalization;
using k8s;
using k8s.Models;
using Operator.KubeClient.Informers;

namespace Operator.Control.Observe;

/// <summary>
/// The objects of one kind in all watched namespaces: what the informers saw, and on top of it what this process wrote
/// and the watch has not shown yet. Without the second, a pass that follows a write at once would write again.
/// </summary>
sealed class KindCache<T> : IKindCache, IWriteNotes<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The index of children by <c>namespace/instance</c>.</summary>
    public const string ByInstance = "instance";

    /// <summary>
    /// A watch shows a write within milliseconds; when it does not for so long, the watch is believed.
    /// </summary>
    static readonly TimeSpan Trust = TimeSpan.FromSeconds(10);

    readonly IReadOnlyList<Informer<T>> _informers;
    readonly Func<T, string?> _indexValue;
    readonly TimeProvider _time;
    readonly ConcurrentDictionary<ObjectKey, Written> _written = new();

    /// <param name="informers">One for each watched namespace, or one for all.</param>
    /// <param name="indexValue">
    /// The value under which the informers' index <see cref="ByInstance"/> has an object.
    /// </param>
    /// <param name="time">For the age of writes.</param>
    public KindCache(IReadOnlyList<Informer<T>> informers, Func<T, string?> indexValue, TimeProvider time)
    {
        _informers = informers;
        _indexValue = indexValue;
        _time = time;
        foreach (var informer in informers)
            informer.Subscribe(Settle);
    }

    public bool HasSynced => _informers.All(i => i.HasSynced);

    public TimeSpan Age => _informers.Max(i => i.Age);

    public string? Refusal(string @namespace) =>
        _informers
            .Where(i => i.Namespace is null || i.Namespace == @namespace)
            .Select(i => i.Refusal)
            .FirstOrDefault(r => r is not null);

    public int Count => _informers.Sum(i => i.Cache.Count);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_informers.Select(i => i.RunAsync(cancellationToken)));

    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_informers.Select(i => i.WaitForSyncAsync(cancellationToken)));

    /// <summary>Calls the handler with every object known now and every change from now on.</summary>
    public void Subscribe(Action<CacheChange<T>> handler)
    {
        foreach (var informer in _informers)
            informer.Subscribe(handler);
    }

    /// <summary>The object, null when there is none.</summary>
    public T? Get(ObjectKey key)
    {
        var seen = _informers.Select(i => i.Cache.Get(key)).FirstOrDefault(o => o is not null);
        return Newest(key, seen);
    }

    /// <summary>All objects, in no order.</summary>
    public IReadOnlyList<T> List() => Merge([.. _informers.SelectMany(i => i.Cache.List())], _ => true);

    /// <summary>The objects of an instance, by name.</summary>
    public IReadOnlyList<T> OfInstance(ObjectKey instance)
    {
        var value = instance.ToString();
        var found = Merge(
            [.. _informers.SelectMany(i => i.Cache.ByIndex(ByInstance, value))],
            o => _indexValue(o) == value
        );
        return
        [
            .. found.OrderBy(o => o.Metadata.NamespaceProperty).ThenBy(o => o.Metadata.Name, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public void Wrote(T entity)
    {
        var key = ObjectKey.Of(entity);
        _written[key] = new Written(entity, _time.GetTimestamp());
        // The watch may have been faster than the answer: then its change came before the note.
        if (_informers.Select(i => i.Cache.Get(key)).FirstOrDefault(o => o is not null) is { } seen)
            Newest(key, seen);
    }

    List<T> Merge(List<T> seen, Func<T, bool> wanted)
    {
        if (_written.IsEmpty)
            return seen;
        for (var i = 0; i < seen.Count; i++)
            seen[i] = Newest(ObjectKey.Of(seen[i]), seen[i])!;
        var known = seen.Select(o => ObjectKey.Of(o)).ToHashSet();
        foreach (var (key, written) in _written)
            if (!known.Contains(key) && wanted(written.Entity) && Newest(key, null) is { } entity)
                seen.Add(entity);
        return seen;
    }

    T? Newest(ObjectKey key, T? seen)
    {
        if (!_written.TryGetValue(key, out var written))
            return seen;
        var isOld = _time.GetElapsedTime(written.At) > Trust;
        if (!isOld && (seen is null || !IsAtLeast(seen, written.Entity)))
            return written.Entity;
        _written.TryRemove(KeyValuePair.Create(key, written));
        return seen;
    }

    void Settle(CacheChange<T> change)
    {
        var key = ObjectKey.Of(change.Object);
        if (!_written.TryGetValue(key, out var written))
            return;
        if (
            change.Type == ChangeType.Deleted
                ? change.Object.Metadata.Uid == written.Entity.Metadata.Uid
                : IsAtLeast(change.Object, written.Entity)
        )
            _written.TryRemove(KeyValuePair.Create(key, written));
    }

    /// <summary>
    /// Resource versions are opaque by the letter of the API but numbers in every server there is, and since
    /// Kubernetes 1.35 by its letter too. One that is no number ends the trust in the write, which is the safe side.
    /// </summary>
    static bool IsAtLeast(T seen, T written) =>
        seen.Metadata.Uid != written.Metadata.Uid
        || !TryVersion(seen, out var left)
        || !TryVersion(written, out var right)
        || left >= right;

    static bool TryVersion(T entity, out ulong version) =>
        ulong.TryParse(entity.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out version);

    readonly record struct Written(T Entity, long At);
}
