using System.Diagnostics.CodeAnalysis;
using k8s;
using k8s.Models;

namespace Operator.KubeClient.Informers;

/// <summary>
/// The changes of one object that a handler was not told of yet, in order, joined where the difference between the
/// first state and the last says it all. So there are never more than three: changed, deleted, made anew.
/// </summary>
internal sealed class OwedChanges<T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    readonly List<CacheChange<T>> changes = [];

    public void Add(CacheChange<T> change)
    {
        if (changes.Count == 0)
        {
            changes.Add(change);
            return;
        }
        var last = changes[^1];
        switch (last.Type, change.Type)
        {
            case (ChangeType.Added, ChangeType.Deleted):
                changes.RemoveAt(changes.Count - 1); // the handler was never told of it
                break;
            case (ChangeType.Added or ChangeType.Updated, ChangeType.Updated):
                changes[^1] = new CacheChange<T>(last.Type, change.Object, last.Previous);
                break;
            default:
                changes.Add(change);
                break;
        }
    }

    public bool TryPeek([MaybeNullWhen(false)] out CacheChange<T> change)
    {
        change = changes.Count > 0 ? changes[0] : default;
        return changes.Count > 0;
    }

    public void Dequeue() => changes.RemoveAt(0);
}
