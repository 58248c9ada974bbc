using System.Buffers.Text;
using Broker.Protocol.Messages;

namespace Broker.Core.Delay;

/// <summary>
/// The properties by which a message asks for a time of delivery. Of several the first in this order counts:
/// <c>TIMER_DELAY_SEC</c>, <c>TIMER_DELAY_MS</c>, <c>TIMER_DELIVER_MS</c> as with Apache, then Aliyun's
/// <c>__STARTDELIVERTIME</c>. Borrowed from the properties.
/// </summary>
ref struct TimerWish
{
    /// <summary>Far beyond any delay that is accepted, and small enough to be multiplied and added.</summary>
    const long LongestDelay = 1L << 48;

    ReadOnlySpan<byte> _delaySec;
    ReadOnlySpan<byte> _delayMs;
    ReadOnlySpan<byte> _deliverMs;
    ReadOnlySpan<byte> _startDeliverTime;
    bool _hasWaited;

    /// <summary>
    /// A time is asked for. One that waited already carries <c>TIMER_OUT_MS</c> and does not wait again.
    /// </summary>
    public readonly bool IsAsked => !_hasWaited && (IsAskedAsApache || !_startDeliverTime.IsEmpty);

    /// <summary>By one of the properties that a delay level overrules.</summary>
    public readonly bool IsAskedAsApache => !_delaySec.IsEmpty || !_delayMs.IsEmpty || !_deliverMs.IsEmpty;

    /// <summary>It is no message but takes one back that waits.</summary>
    public bool IsRecall { get; private set; }

    /// <summary>Collects from all properties of a message.</summary>
    public static TimerWish Of(ReadOnlySpan<byte> properties)
    {
        var wish = default(TimerWish);
        foreach (var pair in MessageProperties.Enumerate(properties))
            wish.Look(pair.Name, pair.Value);
        return wish;
    }

    public static bool IsOverruledByLevel(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(PropertyNames.TimerDelaySec)
        || name.SequenceEqual(PropertyNames.TimerDelayMs)
        || name.SequenceEqual(PropertyNames.TimerDeliverMs);

    public void Look(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 12 when name.SequenceEqual(PropertyNames.TimerOutMs):
                _hasWaited = true;
                break;
            case 14 when name.SequenceEqual(PropertyNames.TimerDelayMs):
                _delayMs = value;
                break;
            case 15 when name.SequenceEqual(PropertyNames.TimerDelaySec):
                _delaySec = value;
                break;
            case 16 when name.SequenceEqual(PropertyNames.TimerDeliverMs):
                _deliverMs = value;
                break;
            case 17 when name.SequenceEqual(PropertyNames.TimerDelUniqueKey):
                IsRecall = true;
                break;
            case 18 when name.SequenceEqual(PropertyNames.StartDeliverTime):
                _startDeliverTime = value;
                break;
        }
    }

    /// <summary>The time of delivery in ms since 1970; false when what should be a number is none.</summary>
    /// <param name="sentMs">What a delay counts from.</param>
    /// <param name="deliverMs">The time; may have passed.</param>
    public readonly bool TryGetDeliverMs(long sentMs, out long deliverMs)
    {
        if (!_delaySec.IsEmpty)
            return TryAdd(_delaySec, 1_000, sentMs, out deliverMs);
        if (!_delayMs.IsEmpty)
            return TryAdd(_delayMs, 1, sentMs, out deliverMs);
        return TryAdd(_deliverMs.IsEmpty ? _startDeliverTime : _deliverMs, 1, 0, out deliverMs);
    }

    static bool TryAdd(ReadOnlySpan<byte> text, long unitMs, long toMs, out long sum)
    {
        var isNumber = Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length;
        sum = toMs + (Math.Clamp(number, -LongestDelay, LongestDelay) * unitMs);
        return isNumber;
    }
}
