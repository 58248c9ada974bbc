using System.Diagnostics.Metrics;
using Broker.Core.Configuration;

namespace Broker.Core.Stats;

/// <summary>The meter of a broker's instruments, with the labels that Apache's dashboards select by.</summary>
static class BrokerMeter
{
    public static Meter Create(IMeterFactory factory, BrokerOptions options) =>
        factory.Create(
            new MeterOptions("Broker.Core")
            {
                Tags =
                [
                    new("cluster", options.BrokerClusterName),
                    new("node_type", "broker"),
                    new("node_id", options.BrokerName),
                ],
            }
        );
}
