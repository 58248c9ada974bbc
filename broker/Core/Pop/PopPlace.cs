namespace Broker.Core.Pop;

/// <summary>What all messages of one queue in one pop have in common: enough to find their checkpoint again.</summary>
/// <param name="StartOffset">Where the pop began to read.</param>
/// <param name="PopTime">ms since 1970.</param>
/// <param name="InvisibleMs">For how long nobody else gets the messages.</param>
/// <param name="ReviveQueueId">Which queue of the revive log the checkpoint belongs to.</param>
readonly record struct PopPlace(long StartOffset, long PopTime, long InvisibleMs, int ReviveQueueId);
