namespace Operator.KubeClient.Queues;

/// <summary>A key that a worker took; nobody else gets it until <see cref="WorkQueue{TKey}.Done"/>.</summary>
/// <param name="Failures">How many passes in a row failed before this one.</param>
public readonly record struct WorkItem<TKey>(TKey Key, int Failures);
