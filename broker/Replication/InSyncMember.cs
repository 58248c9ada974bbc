namespace Broker.Replication;

/// <summary>A member of an in-sync set. Only the store id counts; the pod's name is there for people.</summary>
public readonly record struct InSyncMember(StoreId Store, string Pod);
