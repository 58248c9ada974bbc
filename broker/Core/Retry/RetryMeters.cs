using System.Diagnostics.Metrics;

namespace Broker.Core.Retry;

/// <summary>The instruments of messages that consumers could not handle.</summary>
public sealed class RetryMeters
{
    readonly Counter<long> _retries;
    readonly Counter<long> _deadLetters;

    /// <summary>Declares them.</summary>
    public RetryMeters(Meter meter)
    {
        _retries = meter.CreateCounter<long>(
            "rocketmq_send_back_messages_total",
            description: "Messages that consumers sent back for another try."
        );
        _deadLetters = meter.CreateCounter<long>(
            "rocketmq_send_to_dlq_messages_total",
            description: "Messages that were tried too often and went to the dead letters."
        );
    }

    /// <summary>Counts one message of a group.</summary>
    public void SentBack(string group, bool toDeadLetters) =>
        (toDeadLetters ? _deadLetters : _retries).Add(1, new KeyValuePair<string, object?>("consumer_group", group));
}
