using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>Messages that are delivered at a time of day.</summary>
static class TimerKeys
{
    /// <summary>A year: what Apache's wheel holds at most is far less.</summary>
    const int DelaySecMax = 366 * 86_400;

    public static readonly ConfigKey[] All =
    [
        Bool(
            Sending,
            "timerWheelEnable",
            Live,
            o => o.TimerWheelEnable,
            (o, v) => o.TimerWheelEnable = v,
            "Take messages that ask for a time of delivery. Those that wait are delivered even so."
        ),
        Int(
            Sending,
            "timerMaxDelaySec",
            Live,
            1,
            DelaySecMax,
            o => o.TimerMaxDelaySec,
            (o, v) => o.TimerMaxDelaySec = v,
            "Seconds that a message may wait for its time at most; 40 days."
        ),
        Int(
            Sending,
            "timerPrecisionMs",
            AtStart,
            1,
            60_000,
            o => o.TimerPrecisionMs,
            (o, v) => o.TimerPrecisionMs = v,
            "Milliseconds that times of delivery are rounded to in properties and recalls."
        ),
        Int(
            Sending,
            "timerRollWindowSlot",
            AtStart,
            2,
            int.MaxValue,
            o => o.TimerRollWindowSlot,
            (o, v) => o.TimerRollWindowSlot = v,
            "Waiting messages are stored again after so many steps of timerPrecisionMs, or half of fileReservedTime."
        ),
        Int(
            Sending,
            "timerFlushIntervalMs",
            Live,
            10,
            600_000,
            o => o.TimerFlushIntervalMs,
            (o, v) => o.TimerFlushIntervalMs = v,
            "Milliseconds between notes of which messages wait."
        ),
        Bool(
            Sending,
            "recallMessageEnable",
            Live,
            o => o.RecallMessageEnable,
            (o, v) => o.RecallMessageEnable = v,
            "Let producers take a message back that waits for its time."
        ),
    ];
}
