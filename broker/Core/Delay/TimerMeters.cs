using System.Diagnostics.Metrics;
using Broker.Store.Timers;

namespace Broker.Core.Delay;

/// <summary>The instruments of messages that wait for a time of day, by Apache 5's names.</summary>
static class TimerMeters
{
    public static void Declare(Meter meter, TimerIndex index, TimerWork work, TimeProvider time)
    {
        meter.CreateObservableCounter(
            "rocketmq_timer_enqueue_total",
            () => PerTopic(work.Counts, count => count.Enqueued),
            description: "Messages that began to wait for their time, by topic."
        );
        meter.CreateObservableCounter(
            "rocketmq_timer_dequeue_total",
            () => PerTopic(work.Counts, count => count.Dequeued),
            description: "Messages whose wait ended, by topic."
        );
        meter.CreateObservableGauge(
            "rocketmq_timing_messages",
            () => PerTopic(work.Counts, count => count.Waiting),
            description: "Messages that wait for their time, by topic."
        );
        meter.CreateObservableGauge(
            "rocketmq_timer_enqueue_lag",
            () => work.Intake.Behind,
            description: "Messages that were stored and are not among the waiting yet."
        );
        meter.CreateObservableGauge(
            "rocketmq_timer_enqueue_latency",
            () => work.Intake.BehindMs(time.GetUtcNow().ToUnixTimeMilliseconds()),
            description: "Age in ms of the oldest message that is not among the waiting yet."
        );
        meter.CreateObservableGauge(
            "rocketmq_timer_dequeue_lag",
            () => index.Count,
            description: "Messages that wait for their time."
        );
        meter.CreateObservableGauge(
            "rocketmq_timer_dequeue_latency",
            () => work.LateMs,
            description: "How long in ms the next delivery has been due."
        );
        meter.CreateObservableGauge(
            "rocketmq_timer_files",
            () => index.RunCount,
            description: "Files of waiting messages: 35 for a hundred million."
        );
    }

    static IEnumerable<Measurement<long>> PerTopic(TimingCounts counts, Func<TimingCount, long> value) =>
        counts.Topics.Select(one => new Measurement<long>(
            value(one.Count),
            new KeyValuePair<string, object?>("topic", one.Topic)
        ));
}
