using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Core.Waiting;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Pull;

/// <summary>A pull that has passed all checks: all that is needed to read and to answer, now or later.</summary>
readonly record struct PullOrder(
    ReplyToken Token,
    Topic Topic,
    SubscriptionGroup Group,
    ConsumeQueue Queue,
    long Offset,
    int MaxMessages,
    int MaxBytes,
    MessageFilter Filter
) : IHeldOrder;
