using System.Diagnostics.Metrics;
using Broker.NameServer.Routes;

namespace Broker.NameServer;

/// <summary>The instruments of a name server.</summary>
sealed class NameServerMeters
{
    readonly Counter<long> registrations;
    readonly Counter<long> dropped;
    readonly Counter<long> routes;

    public NameServerMeters(IMeterFactory factory, RouteTable table)
    {
        var meter = factory.Create(new MeterOptions("Broker.NameServer"));
        registrations = meter.CreateCounter<long>(
            "rocketmq_nameserver_registrations_total",
            description: "Broker registrations, by result."
        );
        dropped = meter.CreateCounter<long>(
            "rocketmq_nameserver_brokers_dropped_total",
            description: "Brokers that were dropped, by reason."
        );
        routes = meter.CreateCounter<long>(
            "rocketmq_nameserver_route_requests_total",
            description: "Requests for the route of a topic, by result."
        );
        meter.CreateObservableGauge(
            "rocketmq_nameserver_topics",
            () => table.Counts.Topics,
            description: "Topics that have a route."
        );
        meter.CreateObservableGauge(
            "rocketmq_nameserver_broker_groups",
            () => table.Counts.Groups,
            description: "Broker groups that are registered."
        );
        meter.CreateObservableGauge(
            "rocketmq_nameserver_brokers",
            () => table.Counts.Brokers,
            description: "Brokers that are registered."
        );
    }

    public void Registered(string result) => registrations.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Dropped(string reason, int count) =>
        dropped.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Route(bool found) =>
        routes.Add(1, new KeyValuePair<string, object?>("result", found ? "found" : "not_found"));
}
