using k8s;
using k8s.Models;

namespace KubeOps.Abstractions.Events;

/// <summary>
/// Tells people about a transition of an object. A repetition raises the count of the event instead of making
/// another.
/// </summary>
/// <param name="reason">One word in PascalCase, the same as in the condition.</param>
public delegate Task EventPublisher(
    IKubernetesObject<V1ObjectMeta> entity,
    string reason,
    string message,
    EventType type = EventType.Normal,
    CancellationToken cancellationToken = default
);
