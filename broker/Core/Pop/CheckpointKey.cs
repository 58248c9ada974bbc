namespace Broker.Core.Pop;

/// <summary>Names a checkpoint among those of its queue.</summary>
readonly record struct CheckpointKey(long StartOffset, long PopTime);
