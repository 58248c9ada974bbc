using Broker.Core.Waiting;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>A pop that has passed all checks: all that is needed to read and to answer, now or later.</summary>
/// <param name="Token">Who waits for the answer.</param>
/// <param name="Group">The group on the topic that it subscribed to.</param>
/// <param name="QueueId">One queue, or all when negative.</param>
/// <param name="MaxMessages">1 to 32.</param>
/// <param name="InvisibleMs">For how long nobody else gets the messages.</param>
/// <param name="ExpiresAt">When the answer must leave, ms since 1970; 0 when it must not wait.</param>
/// <param name="FromStart">Whether a new group begins with the oldest message, or with the newest.</param>
/// <param name="IsOrdered">Whether a queue's next messages wait for the ones before.</param>
/// <param name="AttemptId">The client's name for this request; only of an ordered pop.</param>
/// <param name="Filter">Which messages are wanted.</param>
readonly record struct PopOrder(
    ReplyToken Token,
    PopGroup Group,
    int QueueId,
    int MaxMessages,
    long InvisibleMs,
    long ExpiresAt,
    bool FromStart,
    bool IsOrdered,
    byte[]? AttemptId,
    MessageFilter Filter
) : IHeldOrder;
