using System.CommandLine;

namespace Broker.Host.Admin;

/// <summary>Which brokers a verb means: one by its address, or the masters of a cluster.</summary>
sealed class BrokerTarget
{
    readonly Option<string?> address = VerbOptions.Text("--brokerAddr -b --broker", "One broker: host:port.");
    readonly Option<string?> cluster = VerbOptions.Text("--clusterName -c --cluster", "Every master of this cluster.");

    /// <summary>Adds the two options to a verb. One must be given; the address wins.</summary>
    public Verb AddTo(Verb verb, bool required = true)
    {
        verb.Add(address);
        verb.Add(cluster);
        if (required)
            verb.Validators.Add(given =>
            {
                if (given.GetResult(address) is null && given.GetResult(cluster) is null)
                    given.AddError("Say which brokers: -b host:port for one, or -c name for all masters of a cluster.");
            });
        return verb;
    }

    /// <summary>The brokers; with neither option given, the masters of all clusters.</summary>
    public async Task<IReadOnlyList<BrokerAt>> ResolveAsync(VerbCall call, bool slaves = false)
    {
        if (call.Get(address) is { } one)
            return [new BrokerAt("", "", 0, one)];
        var all = await call.Cluster.BrokersAsync(call.Get(cluster), call.Stopping).ConfigureAwait(false);
        return slaves ? all : [.. all.Where(broker => broker.IsMaster)];
    }
}
