namespace Broker.Replication;

/// <summary>One master's time in office, as the broker needs to know it.</summary>
/// <param name="Epoch">From 1, rising with each election.</param>
/// <param name="AdvertisedHost">
/// The address under which clients and name servers know the master: that of the master Service of the epoch's parity
/// (design.md §6).
/// </param>
public readonly record struct MasterTerm(long Epoch, string AdvertisedHost);
