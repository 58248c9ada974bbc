namespace Operator.KubeClient.Informers;

/// <summary>
/// What happened to one object since the cache last looked; several changes on the server may be one here.
/// </summary>
/// <param name="Object">
/// As it is now; as it was last known when it is deleted. Shared with everybody: never change it.
/// </param>
/// <param name="Previous">As it was before; null when it was not known.</param>
public readonly record struct CacheChange<T>(ChangeType Type, T Object, T? Previous);
