namespace Broker.Store;

/// <summary>Told of every message that became readable, in log order, once. Must neither block nor throw.</summary>
public delegate void ArrivalHandler(in Arrival arrival);
