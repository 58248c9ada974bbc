namespace Broker.Core.Configuration;

/// <summary>The settings of messages that are delivered at a time of day.</summary>
public sealed partial class BrokerOptions
{
    /// <summary>Take messages that ask for a time of delivery.</summary>
    public bool TimerWheelEnable { get; internal set; } = true;

    /// <summary>Seconds that a message may wait at most: 40 days, where Apache has 3.</summary>
    public int TimerMaxDelaySec { get; internal set; } = 40 * 86_400;

    /// <summary>Milliseconds that times of delivery are rounded to.</summary>
    public int TimerPrecisionMs { get; internal set; } = 1_000;

    /// <summary>
    /// Steps of <see cref="TimerPrecisionMs"/> after which a waiting message is stored again: 2 days.
    /// </summary>
    public int TimerRollWindowSlot { get; internal set; } = 2 * 86_400;

    /// <summary>Milliseconds between notes of which messages wait.</summary>
    public int TimerFlushIntervalMs { get; internal set; } = 1_000;

    /// <summary>Let producers take back a message that waits.</summary>
    public bool RecallMessageEnable { get; internal set; }
}
