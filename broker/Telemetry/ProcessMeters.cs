using System.Diagnostics.Metrics;

namespace Broker.Telemetry;

/// <summary>
/// What the process itself uses: memory, processor time, handles, threads, garbage collection. Names are those of the
/// Prometheus clients.
/// </summary>
public sealed class ProcessMeters
{
    readonly ProcessStatus status;

    /// <summary>Declares the instruments; they are read when somebody scrapes.</summary>
    /// <param name="registry">Where they are registered; what it lost itself is among them.</param>
    /// <param name="startedAt">When the program started, for <c>process_start_time_seconds</c>.</param>
    public ProcessMeters(MetricsRegistry registry, DateTimeOffset startedAt)
        : this(registry, startedAt, new ProcessStatus("/proc/self")) { }

    internal ProcessMeters(MetricsRegistry registry, DateTimeOffset startedAt, ProcessStatus status)
    {
        this.status = status;
        var meter = registry.Create(new MeterOptions("Broker.Telemetry"));
        var startSeconds = startedAt.ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge(
            "process_start_time_seconds",
            () => startSeconds,
            description: "When the process started, in seconds since 1970."
        );
        meter.CreateObservableCounter(
            "process_cpu_seconds_total",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            description: "Processor time used, user and system."
        );
        meter.CreateObservableCounter(
            "rocketmq_metrics_overflowed_total",
            () => registry.OverflowedMeasurements,
            description: "Measurements without a series of their own, because an instrument had too many."
        );
        meter.CreateObservableCounter(
            "rocketmq_metrics_failed_observations_total",
            () => registry.FailedObservations,
            description: "Failures of instruments that are asked at a scrape."
        );
        DeclareMemory(meter);
        DeclareRuntime(meter);
    }

    void DeclareMemory(Meter meter)
    {
        meter.CreateObservableGauge(
            "process_resident_memory_bytes",
            () => status.Read().ResidentBytes,
            description: "Resident memory, mapped files included."
        );
        meter.CreateObservableGauge(
            "process_resident_anonymous_memory_bytes",
            () => status.Read().AnonymousBytes,
            description: "Resident memory that is not backed by files: what the process really costs."
        );
        meter.CreateObservableGauge(
            "process_virtual_memory_bytes",
            () => status.Read().VirtualBytes,
            description: "Address space, mapped files included."
        );
        meter.CreateObservableGauge(
            "process_open_fds",
            status.CountHandles,
            description: "Open file handles and sockets."
        );
        meter.CreateObservableGauge(
            "process_threads",
            () => status.Read().Threads,
            description: "Threads of the process."
        );
    }

    static void DeclareRuntime(Meter meter)
    {
        meter.CreateObservableCounter(
            "dotnet_gc_collections_total",
            Collections,
            description: "Garbage collections by generation; each collects the younger generations too."
        );
        meter.CreateObservableCounter(
            "dotnet_gc_pause_seconds_total",
            () => GC.GetTotalPauseDuration().TotalSeconds,
            description: "Time in which the program stood still for garbage collections."
        );
        meter.CreateObservableCounter(
            "dotnet_allocated_bytes_total",
            () => GC.GetTotalAllocatedBytes(),
            description: "Bytes allocated on the managed heap since the start."
        );
        meter.CreateObservableGauge(
            "dotnet_gc_heap_bytes",
            () => GC.GetTotalMemory(forceFullCollection: false),
            description: "Managed heap, garbage included."
        );
        meter.CreateObservableGauge(
            "dotnet_threadpool_threads",
            () => ThreadPool.ThreadCount,
            description: "Threads of the pool."
        );
        meter.CreateObservableGauge(
            "dotnet_threadpool_queue_length",
            () => ThreadPool.PendingWorkItemCount,
            description: "Work that waits for a thread of the pool."
        );
        meter.CreateObservableCounter(
            "dotnet_lock_contentions_total",
            () => Monitor.LockContentionCount,
            description: "How often a thread had to wait for a lock."
        );
    }

    static IEnumerable<Measurement<long>> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            yield return new Measurement<long>(
                GC.CollectionCount(generation),
                new KeyValuePair<string, object?>("generation", generation)
            );
    }
}
