using System.Diagnostics.Metrics;
using Broker.Protocol;
using Broker.Telemetry;

namespace Broker.Remoting;

/// <summary>
/// The instruments of remoting. Reasons and codes are closed sets, so the number of series is bounded.
/// </summary>
public sealed class RemotingMetrics
{
    readonly Meter meter;
    readonly Counter<long> opened;
    readonly Counter<long> closed;
    readonly Counter<long> refused;
    readonly Counter<long> failed;
    readonly Histogram<double> latency;

    /// <param name="factory">Makes and owns the meter.</param>
    /// <param name="role">The <c>node_type</c> label: <c>broker</c>, <c>nameserver</c>, <c>client</c>.</param>
    public RemotingMetrics(IMeterFactory factory, string role)
    {
        meter = factory.Create(new MeterOptions("Broker.Remoting") { Tags = [new("node_type", role)] });
        opened = meter.CreateCounter<long>("rocketmq_connections_opened_total", null, "Connections accepted.");
        closed = meter.CreateCounter<long>("rocketmq_connections_closed_total", null, "Connections ended, by reason.");
        refused = meter.CreateCounter<long>(
            "rocketmq_requests_refused_total",
            null,
            "Requests answered before any processor saw them, by reason."
        );
        failed = meter.CreateCounter<long>(
            "rocketmq_processor_failures_total",
            null,
            "Requests whose processor failed unexpectedly."
        );
        latency = meter.CreateHistogram(
            "rocketmq_rpc_latency",
            "ms",
            "From the read of a request to its answer, in ms; a pull that waits for messages counts its wait.",
            null,
            HistogramBounds.Milliseconds
        );
    }

    /// <summary>The name that a code has as a label, such as <c>topic_not_exist</c>.</summary>
    public static string NameOf(ResponseCode code) => Names.Of(code);

    /// <summary>The name that a code has as a label, such as <c>pull_message</c>.</summary>
    public static string NameOf(RequestCode code) => Names.Of(code);

    internal void Opened() => opened.Add(1);

    internal void Closed(CloseReason reason) =>
        closed.Add(1, new KeyValuePair<string, object?>("reason", Names.Of(reason)));

    internal void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Failed(RequestCode code) =>
        failed.Add(1, new KeyValuePair<string, object?>("request_code", Names.Of(code)));

    internal void Answered(RequestCode code, ResponseCode response, double milliseconds)
    {
        if (latency.Enabled)
        {
            latency.Record(
                milliseconds,
                new KeyValuePair<string, object?>("request_code", Names.Of(code)),
                new KeyValuePair<string, object?>("response_code", Names.Of(response))
            );
        }
    }

    internal void Observe(
        Func<long> connections,
        Func<long> inFlightBytes,
        Func<long> inputBytes,
        Func<long> outputBytes
    )
    {
        meter.CreateObservableGauge("rocketmq_connections", connections, null, "Open connections.");
        meter.CreateObservableGauge(
            "rocketmq_inflight_bytes",
            inFlightBytes,
            "By",
            "Requests received and not answered yet."
        );
        meter.CreateObservableGauge(
            "rocketmq_input_buffer_bytes",
            inputBytes,
            "By",
            "Receive buffers beyond a connection's first."
        );
        meter.CreateObservableGauge(
            "rocketmq_output_buffer_bytes",
            outputBytes,
            "By",
            "Answers that wait for their clients to read."
        );
    }

    static class Names
    {
        static readonly Dictionary<RequestCode, string> Requests = Enum.GetValues<RequestCode>()
            .ToDictionary(c => c, c => Snake(c.ToString()));
        static readonly Dictionary<ResponseCode, string> Responses = Enum.GetValues<ResponseCode>()
            .ToDictionary(c => c, c => Snake(c.ToString()));
        static readonly Dictionary<CloseReason, string> Reasons = Enum.GetValues<CloseReason>()
            .ToDictionary(c => c, c => Snake(c.ToString()));

        public static string Of(RequestCode code) => Requests.TryGetValue(code, out string? name) ? name : "unknown";

        public static string Of(ResponseCode code) => Responses.TryGetValue(code, out string? name) ? name : "unknown";

        public static string Of(CloseReason reason) => Reasons[reason];

        static string Snake(string name) =>
            string.Concat(
                name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString())
            );
    }
}
