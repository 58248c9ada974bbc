using System.Diagnostics.Metrics;

namespace Broker.Core.Pull;

/// <summary>The instruments of long polls; read at a scrape.</summary>
static class PullMeters
{
    public static void Declare(Meter meter, PullProcessor pull)
    {
        meter.CreateObservableGauge(
            "rocketmq_held_pulls",
            () => pull.HeldCount,
            description: "Pulls that wait for messages; at most the key maxHeldPulls."
        );
        meter.CreateObservableCounter(
            "rocketmq_held_pulls_refused_total",
            () => pull.HoldsRefused,
            description: "Pulls answered at once because too many waited already."
        );
    }
}
