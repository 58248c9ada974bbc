using System.Diagnostics.Metrics;

namespace Operator.Control;

/// <summary>What the operator's passes did. Names as in docs; labels are closed sets (kinds, results).</summary>
sealed class ControlMeters
{
    readonly Counter<long> _passes;
    readonly Histogram<double> _durations;
    readonly Counter<long> _writes;
    readonly Counter<long> _changes;

    /// <summary>Declares the instruments.</summary>
    public ControlMeters(IMeterFactory factory)
    {
        var meter = factory.Create(new MeterOptions("Operator.Control"));
        _passes = meter.CreateCounter<long>("rocketmq_operator_reconciles_total", null, "Passes by kind and result.");
        _durations = meter.CreateHistogram(
            "rocketmq_operator_reconcile_duration_seconds",
            "s",
            "Time of a pass, its writes included.",
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60] }
        );
        _writes = meter.CreateCounter<long>(
            "rocketmq_operator_child_writes_total",
            null,
            "Writes of children by result; none in steady state."
        );
        _changes = meter.CreateCounter<long>(
            "rocketmq_operator_broker_changes_total",
            null,
            "Changes of topics and groups that brokers were told, by result."
        );
    }

    public void Pass(string kind, bool settled, TimeSpan duration)
    {
        _passes.Add(1, new("kind", kind), new("result", settled ? "settled" : "retry"));
        _durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
    }

    public void ChildWrites(int sent, int failed)
    {
        if (sent > failed)
            _writes.Add(sent - failed, new KeyValuePair<string, object?>("result", "done"));
        if (failed > 0)
            _writes.Add(failed, new KeyValuePair<string, object?>("result", "failed"));
    }

    public void BrokerChange(bool done) =>
        _changes.Add(1, new KeyValuePair<string, object?>("result", done ? "done" : "failed"));
}
