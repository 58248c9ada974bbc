using k8s;

namespace Operator.KubeClient.Resources;

/// <summary>One line of a watch. In a bookmark only the object's resource version counts.</summary>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object);
