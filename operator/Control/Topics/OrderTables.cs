using Microsoft.Extensions.Logging;
using Operator.Control.Admin;
using Operator.Control.Observe;

namespace Operator.Control.Topics;

/// <summary>
/// Keeps at every name server how many queues each ordered topic has on each broker. Clients take it from the route, so
/// that a sharding key leads to the same queue while a broker is away. Entries of topics that nobody declared stay.
/// </summary>
sealed class OrderTables(
    NameServerAdmin nameServers,
    OperatorSettings settings,
    TimeProvider time,
    Random random,
    ILogger logger
)
{
    readonly Readings<IReadOnlyDictionary<string, string>> _tables = new(time, random);

    /// <summary>
    /// Corrects what differs. A name server that does not answer is told when the next pass finds it answering.
    /// </summary>
    public async Task TellAsync(
        IReadOnlyList<string> addresses,
        IReadOnlyDictionary<string, string> orders,
        CancellationToken cancellationToken
    )
    {
        if (orders.Count > 0)
            await Task.WhenAll(addresses.Select(address => TellAsync(address, orders, cancellationToken)));
    }

    /// <summary>Makes the next pass read a name server's table again.</summary>
    public void Invalidate(string address) => _tables.Invalidate(address);

    async Task TellAsync(
        string address,
        IReadOnlyDictionary<string, string> orders,
        CancellationToken cancellationToken
    )
    {
        var held = await _tables.ReadAsync(
            address,
            address,
            settings.DriftPeriod * 0.9,
            token => nameServers.ReadOrdersAsync(address, token),
            cancellationToken
        );
        if (!held.IsKnown)
            return;
        foreach (var (topic, queues) in orders.Where(o => held.Value.GetValueOrDefault(o.Key) != o.Value))
        {
            Invalidate(address);
            try
            {
                await nameServers.PutOrderAsync(address, topic, queues, cancellationToken);
            }
            catch (Exception e) when (AdminFailures.IsOne(e))
            {
                ControlLog.NotChanged(logger, "order of topic", topic, address, e.Message);
                return;
            }
        }
    }
}
