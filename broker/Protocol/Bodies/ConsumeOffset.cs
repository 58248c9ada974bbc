namespace Broker.Protocol.Bodies;

/// <summary>How far a group is in one queue, in the body of code 208; times in ms, 0 when unknown.</summary>
public readonly record struct ConsumeOffset(
    MessageQueue Queue,
    long BrokerOffset,
    long ConsumerOffset,
    long PullOffset,
    long LastTimestamp
);
