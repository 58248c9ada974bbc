using System.Diagnostics.Metrics;
using Broker.Core.Stats;

namespace Broker.Core.Transactions;

/// <summary>The instruments of transactions, by Apache 5's names and bounds where it has them.</summary>
sealed class TransactionMeters
{
    readonly Counter<long> _commits;
    readonly Counter<long> _rollbacks;
    readonly Counter<long> _checks;
    readonly Counter<long> _givenUp;
    readonly Histogram<long> _latency;

    public TransactionMeters(Meter meter, HalfTopic halves)
    {
        meter.CreateObservableGauge(
            "rocketmq_half_messages",
            halves.Counts.Measure,
            description: $"Undecided transactions, by topic; at most {HalfTopic.OpenMax} in all."
        );
        meter.CreateObservableGauge(
            "rocketmq_transaction_settlements_waiting_bytes",
            () => halves.Operations.WaitingBytes,
            description: "Settlements that wait to be written, in bytes of their messages."
        );
        _commits = meter.Counter("rocketmq_commit_messages_total", "Transactions committed, by topic.");
        _rollbacks = meter.Counter("rocketmq_rollback_messages_total", "Transactions rolled back, by topic.");
        _checks = meter.Counter(
            "rocketmq_transaction_checks_total",
            "Times that producers were asked how a transaction ended."
        );
        _givenUp = meter.Counter("rocketmq_transaction_given_up_total", "Transactions that nobody decided in time.");
        _latency = meter.CreateHistogram(
            "rocketmq_finish_message_latency",
            unit: "s",
            description: "Seconds from the birth of a half message to its commit, by topic.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 5, 60, 600, 3600, 43_200, 86_400] }
        );
    }

    public void Committed(string topic, long latencyMs)
    {
        _commits.Add(1, new KeyValuePair<string, object?>("topic", topic));
        _latency.Record(Math.Max(0, latencyMs / 1000), new KeyValuePair<string, object?>("topic", topic));
    }

    public void RolledBack(string topic) => _rollbacks.Add(1, new KeyValuePair<string, object?>("topic", topic));

    public void Checked() => _checks.Add(1);

    public void GivenUp() => _givenUp.Add(1);
}
