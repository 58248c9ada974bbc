using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Broker.Telemetry;
using Xunit;

namespace Broker.Tests.Telemetry;

public sealed class PrometheusWriterTests : IDisposable
{
    readonly ManualTime time = new();
    readonly MetricsRegistry registry;
    readonly Meter meter;

    public PrometheusWriterTests()
    {
        registry = new MetricsRegistry(new MetricsOptions { MaxSeriesPerInstrument = 3 }, time);
        meter = registry.Create(new MeterOptions("tests"));
    }

    public void Dispose() => registry.Dispose();

    [Fact]
    public void A_counter_is_written_with_its_help_its_type_and_sorted_labels()
    {
        meter
            .CreateCounter<long>("rocketmq_messages_in_total", description: "Messages stored.")
            .Add(2, Label("topic", "orders"), Label("kind", "normal"));
        Assert.Equal(
            """
            # HELP rocketmq_messages_in_total Messages stored.
            # TYPE rocketmq_messages_in_total counter
            rocketmq_messages_in_total{kind="normal",topic="orders"} 2

            """,
            Text()
        );
    }

    [Fact]
    public void Open_metrics_names_the_family_without_the_suffix_and_ends_with_a_mark()
    {
        meter.CreateCounter<long>("sent_total", description: "Sent.").Add(1);
        Assert.Equal(
            "# HELP sent Sent.\n# TYPE sent counter\nsent_total 1\n# EOF\n",
            Text(ExpositionFormat.OpenMetrics)
        );
    }

    [Theory]
    [InlineData("requests", "requests_total")]
    [InlineData("a.b-c:d_total", "a_b_c_d_total")]
    [InlineData("9lives", "_9lives_total")]
    public void Names_are_made_legal_and_counters_end_in_total(string name, string expected)
    {
        meter.CreateCounter<int>(name).Add(1);
        Assert.Contains($"\n{expected} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Up_down_counters_are_gauges_that_may_fall()
    {
        var connections = meter.CreateUpDownCounter<long>("rocketmq_connections");
        connections.Add(3);
        connections.Add(-2);
        Assert.Contains(
            "# TYPE rocketmq_connections gauge\nrocketmq_connections 1\n",
            Text(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_gauge_keeps_the_last_value()
    {
        var gauge = meter.CreateGauge<double>("depth");
        gauge.Record(7.5);
        gauge.Record(0.25);
        Assert.Contains("\ndepth 0.25\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_below_each_bound_and_on_it()
    {
        var histogram = meter.CreateHistogram<double>(
            "latency",
            advice: new() { HistogramBucketBoundaries = [1, 2.5] }
        );
        foreach (var value in (double[])[0.5, 1, 2, 100])
            histogram.Record(value, Label("code", 310));
        Assert.Equal(
            """
            # HELP latency 
            # TYPE latency histogram
            latency_bucket{code="310",le="1.0"} 2
            latency_bucket{code="310",le="2.5"} 3
            latency_bucket{code="310",le="+Inf"} 4
            latency_sum{code="310"} 103.5
            latency_count{code="310"} 4

            """,
            Text()
        );
    }

    [Fact]
    public void An_observable_counter_may_go_down_and_what_is_not_reported_disappears()
    {
        var values = new Dictionary<string, long> { ["a"] = 5, ["b"] = 6 };
        meter.CreateObservableCounter(
            "offset",
            () => values.Select(one => new Measurement<long>(one.Value, Label("topic", one.Key)))
        );
        Assert.Contains("offset_total{topic=\"a\"} 5\noffset_total{topic=\"b\"} 6\n", Text(), StringComparison.Ordinal);
        values.Remove("b");
        values["a"] = 3;
        var text = Text();
        Assert.Contains("offset_total{topic=\"a\"} 3\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("topic=\"b\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_observable_instruments_of_one_name_are_summed()
    {
        meter.CreateObservableGauge("open", () => 2);
        registry.Create(new MeterOptions("other")).CreateObservableGauge("open", () => 3);
        Assert.Contains("\nopen 5\n", Text(), StringComparison.Ordinal);
        Assert.Contains("\nopen 5\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tags_of_a_meter_are_labels_of_all_its_series()
    {
        foreach (var role in (string[])["broker", "nameserver"])
        {
            var owned = registry.Create(new MeterOptions("remoting") { Tags = [Label("node_type", role)] });
            owned.CreateCounter<long>("opened_total").Add(1);
            owned.CreateCounter<long>("closed_total").Add(1, Label("reason", "idle"));
        }
        var text = Text();
        Assert.Contains(
            "opened_total{node_type=\"broker\"} 1\nopened_total{node_type=\"nameserver\"} 1\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("closed_total{node_type=\"broker\",reason=\"idle\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observable_instrument_that_throws_does_not_hide_the_others()
    {
        meter.CreateObservableGauge("broken", int () => throw new InvalidOperationException("broken"));
        meter.CreateObservableGauge("works", () => 1);
        Assert.Contains("\nworks 1\n", Text(), StringComparison.Ordinal);
        Assert.Equal(1, registry.FailedObservations);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        meter.CreateCounter<long>("odd_total").Add(1, Label("name", "a\"b\\c\nd€"));
        Assert.Contains("""odd_total{name="a\"b\\c\nd€"} 1""", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_labels_in_another_order_are_the_same_series()
    {
        var counter = meter.CreateCounter<long>("hits_total");
        counter.Add(1, Label("a", "1"), Label("b", "2"));
        counter.Add(1, Label("b", "2"), Label("a", "1"));
        Assert.Contains("hits_total{a=\"1\",b=\"2\"} 2\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_label_sets_are_added_up_in_one_overflow_series()
    {
        var counter = meter.CreateCounter<long>("hits_total");
        for (var i = 0; i < 10; i++)
            counter.Add(1, Label("topic", $"t{i}"));
        counter.Add(1);
        var text = Text();
        Assert.Contains("hits_total{overflow=\"true\"} 7\n", text, StringComparison.Ordinal);
        Assert.Contains("hits_total 1\n", text, StringComparison.Ordinal);
        Assert.Equal(7, registry.OverflowedMeasurements);
    }

    [Fact]
    public void A_label_set_that_nobody_measures_is_forgotten_and_makes_room()
    {
        var counter = meter.CreateCounter<long>("hits_total");
        counter.Add(1, Label("topic", "old"));
        _ = Text();
        time.Advance(TimeSpan.FromMinutes(61));
        counter.Add(1, Label("topic", "new"));
        var text = Text();
        Assert.Contains("topic=\"new\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("topic=\"old\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Meters_of_another_registry_are_not_seen()
    {
        using var other = new MetricsRegistry(new MetricsOptions(), time);
        other.Create(new MeterOptions("tests")).CreateCounter<long>("foreign_total").Add(1);
        Assert.Equal("", Text());
    }

    [Fact]
    public void One_name_cannot_be_two_kinds_of_instrument()
    {
        meter.CreateCounter<long>("hits_total");
        Assert.Throws<InvalidOperationException>(() => meter.CreateUpDownCounter<long>("hits_total"));
    }

    [Fact]
    public void Measuring_a_known_label_set_allocates_nothing()
    {
        var counter = meter.CreateCounter<long>("hits_total");
        var histogram = meter.CreateHistogram<double>("latency");
        var topic = Label("topic", "orders");
        counter.Add(1, topic);
        histogram.Record(1, topic);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            counter.Add(1, topic);
            histogram.Record(1.5, topic);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task A_histogram_is_consistent_while_others_measure()
    {
        var histogram = meter.CreateHistogram<double>("latency", advice: new() { HistogramBucketBoundaries = [1] });
        using var stop = new CancellationTokenSource();
        var measuring = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                histogram.Record(0.5);
        });
        for (var i = 0; i < 200; i++)
        {
            var lines = Text().Split('\n');
            var last = lines.FirstOrDefault(line => line.Contains("+Inf", StringComparison.Ordinal));
            var count = lines.FirstOrDefault(line => line.StartsWith("latency_count", StringComparison.Ordinal));
            Assert.Equal(last?.Split(' ')[1], count?.Split(' ')[1]);
        }
        await stop.CancelAsync();
        await measuring;
    }

    [Fact]
    public void The_process_tells_what_it_uses()
    {
        _ = new ProcessMeters(registry, DateTimeOffset.FromUnixTimeMilliseconds(1500));
        var text = Text();
        Assert.Contains("\nprocess_start_time_seconds 1.5\n", text, StringComparison.Ordinal);
        foreach (
            var name in (string[])
                [
                    "process_cpu_seconds_total",
                    "process_resident_anonymous_memory_bytes",
                    "process_open_fds",
                    "process_threads",
                    "dotnet_gc_heap_bytes",
                    "dotnet_gc_collections_total{generation=\"0\"}",
                ]
        )
            Assert.Contains($"\n{name} ", text, StringComparison.Ordinal);
    }

    static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);

    string Text(ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        var output = new ArrayBufferWriter<byte>();
        new PrometheusWriter(registry).Write(output, format);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
