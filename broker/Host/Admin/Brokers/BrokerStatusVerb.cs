namespace Broker.Host.Admin.Brokers;

/// <summary><c>brokerStatus</c>: all that a broker says of itself.</summary>
static class BrokerStatusVerb
{
    public static Verb Create()
    {
        var target = new BrokerTarget();
        return target.AddTo(
            new Verb(
                "brokerStatus",
                "Show the runtime values of brokers.",
                call => RunAsync(call, target),
                "-b 10.0.0.1:10911",
                "-c DefaultCluster --output json"
            )
        );
    }

    static async Task RunAsync(VerbCall call, BrokerTarget target)
    {
        var brokers = await target.ResolveAsync(call, slaves: true).ConfigureAwait(false);
        call.Report.Table("values", "broker", "name", "value");
        foreach (var broker in brokers)
        {
            var values = await RuntimeValues.OfAsync(call, broker.Address).ConfigureAwait(false);
            foreach (var (name, value) in values.All)
                call.Report.Row(broker.Address, name, value);
        }
    }
}
