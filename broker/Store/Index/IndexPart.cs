namespace Broker.Store.Index;

/// <summary>A file of the index as a query finds it.</summary>
/// <param name="File">The file; of the newest one what its header counts is on disk.</param>
/// <param name="Header">The header of the newest file, whose own lags behind; null for files that are complete.</param>
/// <param name="Newest">With a header: the newest entry on the slot of the query's key.</param>
readonly record struct IndexPart(IndexFile File, IndexHeader? Header, int Newest);
