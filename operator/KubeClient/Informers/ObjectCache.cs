using k8s;
using k8s.Models;

namespace Operator.KubeClient.Informers;

/// <summary>
/// The last known state of objects of one kind, with indexes. Written by its informer alone, read by anybody. What it
/// gives out is shared: never change it. It holds as many objects as the selectors of the informer let through.
/// </summary>
public sealed class ObjectCache<T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    readonly Lock gate = new();
    readonly Dictionary<ObjectKey, T> objects = [];
    readonly IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexers;
    readonly Dictionary<string, Dictionary<string, HashSet<ObjectKey>>> indexes = [];

    internal ObjectCache(IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexers)
    {
        this.indexers = indexers;
        foreach (var name in indexers.Keys)
            indexes[name] = [];
    }

    public int Count
    {
        get
        {
            lock (gate)
                return objects.Count;
        }
    }

    /// <returns>Null when there is no such object, as far as is known.</returns>
    public T? Get(ObjectKey key)
    {
        lock (gate)
            return objects.GetValueOrDefault(key);
    }

    public T? Get(string? @namespace, string name) => Get(new ObjectKey(@namespace ?? "", name));

    public IReadOnlyList<T> List()
    {
        lock (gate)
            return [.. objects.Values];
    }

    /// <summary>The objects for which the indexer of that name gave <paramref name="value"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such index.</exception>
    public IReadOnlyList<T> ByIndex(string index, string value)
    {
        lock (gate)
            return indexes[index].TryGetValue(value, out var keys) ? [.. keys.Select(k => objects[k])] : [];
    }

    /// <summary>
    /// Takes in one state. A different uid under a known key is another object: the old one was deleted meanwhile.
    /// </summary>
    internal IEnumerable<CacheChange<T>> Set(T entity)
    {
        var key = ObjectKey.Of(entity);
        T? previous;
        lock (gate)
        {
            previous = objects.GetValueOrDefault(key);
            if (
                previous is not null
                && previous.ResourceVersion() == entity.ResourceVersion()
                && previous.Uid() == entity.Uid()
            )
                return [];
            Put(key, entity, previous);
        }
        if (previous is null)
            return [new CacheChange<T>(ChangeType.Added, entity, default)];
        if (previous.Uid() == entity.Uid())
            return [new CacheChange<T>(ChangeType.Updated, entity, previous)];
        return
        [
            new CacheChange<T>(ChangeType.Deleted, previous, previous),
            new CacheChange<T>(ChangeType.Added, entity, default),
        ];
    }

    /// <param name="entity">The last state, as the server sends it with the deletion.</param>
    internal IEnumerable<CacheChange<T>> Remove(T entity)
    {
        var key = ObjectKey.Of(entity);
        lock (gate)
        {
            var previous = objects.GetValueOrDefault(key);
            // An unknown object, or the end of one whose successor is known already.
            if (previous is null || previous.Uid() != entity.Uid())
                return [];
            Drop(key, previous);
            return [new CacheChange<T>(ChangeType.Deleted, entity, previous)];
        }
    }

    /// <summary>
    /// Takes in a whole list, every page of it: what is known and not in it was deleted while nobody watched.
    /// </summary>
    internal IReadOnlyList<CacheChange<T>> Replace(IReadOnlyList<T> entities)
    {
        var changes = new List<CacheChange<T>>();
        var present = entities.Select(e => ObjectKey.Of(e)).ToHashSet();
        lock (gate)
        {
            foreach (var (key, gone) in objects.Where(o => !present.Contains(o.Key)).ToList())
            {
                Drop(key, gone);
                changes.Add(new CacheChange<T>(ChangeType.Deleted, gone, gone));
            }
        }
        foreach (var entity in entities)
            changes.AddRange(Set(entity));
        return changes;
    }

    void Put(ObjectKey key, T entity, T? previous)
    {
        if (previous is not null)
            Drop(key, previous);
        objects[key] = entity;
        foreach (var (name, values) in indexes)
        {
            foreach (var value in indexers[name](entity))
            {
                if (!values.TryGetValue(value, out var keys))
                    values[value] = keys = [];
                keys.Add(key);
            }
        }
    }

    void Drop(ObjectKey key, T entity)
    {
        objects.Remove(key);
        foreach (var (name, values) in indexes)
        {
            foreach (var value in indexers[name](entity))
            {
                if (values.TryGetValue(value, out var keys) && keys.Remove(key) && keys.Count == 0)
                    values.Remove(value);
            }
        }
    }
}
