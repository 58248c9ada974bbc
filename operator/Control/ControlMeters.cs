using System.Diagnostics.Metrics;

namespace Operator.Control;

/// <summary>What the operator's passes did. Names as in docs; labels are closed sets (kinds, results).</summary>
sealed class ControlMeters
{
    readonly Counter<long> _passes;
    readonly Histogram<double> _durations;
    readonly Counter<long> _writes;
    readonly Counter<long> _changes;

    readonly Meter _meter;

    /// <summary>Declares the instruments.</summary>
    public ControlMeters(IMeterFactory factory)
    {
        var meter = _meter = factory.Create(new MeterOptions("Operator.Control"));
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

    /// <summary>Declares what is read from its owner: how many objects there are, and how many keep failing.</summary>
    public void Observe(IReadOnlyDictionary<string, Func<int>> objects, Func<int> failing)
    {
        _meter.CreateObservableGauge(
            "rocketmq_operator_objects",
            () =>
                objects.Select(o => new Measurement<int>(o.Value(), new KeyValuePair<string, object?>("kind", o.Key))),
            null,
            "Resources that this operator looks after, by kind."
        );
        _meter.CreateObservableGauge(
            "rocketmq_operator_failing_objects",
            failing,
            null,
            "Writes that failed and wait for their next attempt."
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
