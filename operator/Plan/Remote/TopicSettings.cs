namespace Operator.Plan.Remote;

/// <summary>The part of a broker's TopicConfig that a Topic decides (protocol.md §2.6).</summary>
/// <param name="ReadQueues">Queues that consumers read.</param>
/// <param name="WriteQueues">Queues that producers send to.</param>
/// <param name="Permission">2 write, 4 read, 6 both; other bits are not ours.</param>
/// <param name="IsOrdered">TopicConfig's <c>order</c>.</param>
/// <param name="MessageType">Attribute <c>message.type</c>: NORMAL, FIFO, DELAY …; absent on the broker means
/// NORMAL.</param>
public readonly record struct TopicSettings(
    int ReadQueues,
    int WriteQueues,
    int Permission,
    bool IsOrdered,
    string MessageType
);
