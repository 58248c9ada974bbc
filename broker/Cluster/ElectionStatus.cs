using Broker.Replication;

namespace Broker.Cluster;

/// <summary>What the election is at, for logs, metrics and the health page.</summary>
/// <param name="Role">The role and its epoch.</param>
/// <param name="Waiting">Why nothing happens, null while something does.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record ElectionStatus(ElectionRole Role, WaitReason? Waiting, string Message);
