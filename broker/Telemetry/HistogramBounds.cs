using System.Diagnostics.Metrics;

namespace Broker.Telemetry;

/// <summary>Upper bounds of histogram buckets, shared so that instruments can be compared with each other.</summary>
public static class HistogramBounds
{
    /// <summary>
    /// Times of requests in milliseconds: Apache's bounds for <c>rocketmq_rpc_latency</c> and two below for what is
    /// fast here.
    /// </summary>
    public static InstrumentAdvice<double> Milliseconds { get; } =
        new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 3, 5, 7, 10, 30, 100, 300, 1000, 2000, 3000] };

    /// <summary>Times of work in seconds, from a fast system call to a slow reconcile pass.</summary>
    public static InstrumentAdvice<double> Seconds { get; } =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

    /// <summary>Message sizes in bytes: Apache's bounds for <c>rocketmq_message_size</c>.</summary>
    public static InstrumentAdvice<long> MessageBytes { get; } =
        new() { HistogramBucketBoundaries = [1024, 4096, 524_288, 1_048_576, 2_097_152, 4_194_304] };
}
