namespace Broker.Tests.Core.Transactions;

/// <summary>Where a half message is, as its producer was told.</summary>
readonly record struct Half(long Offset, long Position, string Id);
