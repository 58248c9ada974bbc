using Broker.Core.Delay;
using Broker.Store;

namespace Broker.Core;

/// <summary>Where the message paths meet deliveries at a time of day.</summary>
public sealed partial class BrokerNode
{
    /// <summary>Delivers messages at a time of day.</summary>
    public TimerService Timers { get; }

    TimerService CreateTimers() =>
        new(new TimerPolicy(Store, Options, Time), Store, Topics, Options, _meter, Time, _logger);

    void ConnectTimers()
    {
        Timers.Register(_processors);
        new RecallProcessor(Options, Store, Topics, Timers.Policy, () => Standing, Time).Register(_processors);
    }
}
