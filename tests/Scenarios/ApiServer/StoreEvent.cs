namespace Scenarios.ApiServer;

/// <summary>One change of one object.</summary>
/// <param name="Kind">ADDED, MODIFIED or DELETED.</param>
/// <param name="Previous">The state before; null when the object is new.</param>
internal sealed record StoreEvent(long Version, string Kind, StoredObject Object, StoredObject? Previous);
