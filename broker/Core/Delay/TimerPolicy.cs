using Broker.Core.Configuration;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
using Broker.Store.Timers;

namespace Broker.Core.Delay;

/// <summary>
/// Whether and how long a message waits that asks for a time of day (protocol.md §4.7), and where. It decides only;
/// storing is the caller's.
/// </summary>
sealed class TimerPolicy(MessageStore store, BrokerOptions options, TimeProvider time)
{
    const long HourMs = 3_600_000;

    readonly TopicLog _waiting = store.Topic(TimerIndex.Topic);

    /// <summary>Whether times are taken at all.</summary>
    public bool IsEnabled => options.TimerWheelEnable;

    /// <summary>The longest delay that is accepted, in ms.</summary>
    public long MaxDelayMs => options.TimerMaxDelaySec * 1_000L;

    /// <summary>What times are rounded to, in ms.</summary>
    public int PrecisionMs => options.TimerPrecisionMs;

    /// <summary>Where messages wait.</summary>
    public ConsumeQueue Queue => _waiting.Queue(0);

    /// <summary>
    /// How long a message waits at one place of the log, in ms, before it is stored again: as configured, but at most
    /// half as long as the log is kept, so that nothing is lost by a broker that is down for the other half.
    /// </summary>
    long RollWindowMs =>
        Math.Min(
            (long)options.TimerRollWindowSlot * options.TimerPrecisionMs,
            options.FileReservedTimeHours * HourMs / 2
        );

    /// <summary>
    /// What to do with a message that asks for a time. Times are rounded as the reference does it: down to the
    /// precision, and an exact multiple by one step more.
    /// </summary>
    public TimerDecision Decide(in TimerWish wish)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!wish.TryGetDeliverMs(now, out var deliver))
            return TimerDecision.Illegal;
        if (deliver <= now)
            return wish.IsRecall ? TimerDecision.Illegal : TimerDecision.AtOnce;
        if (deliver - now > MaxDelayMs)
            return TimerDecision.Illegal;
        return new TimerDecision(true, RoundDown(deliver));
    }

    /// <summary>Adds the properties that bring a waiting message back, and gives the queue that it waits in.</summary>
    public ConsumeQueue Park(long outMs, ReadOnlySpan<byte> topic, int queueId, scoped ref PropertiesWriter added)
    {
        added.Add(PropertyNames.TimerOutMs, outMs);
        added.Add(PropertyNames.RealTopic, topic);
        added.Add(PropertyNames.RealQueueId, queueId);
        return Queue;
    }

    /// <summary>
    /// What to do next with a message that waits, and when. A delivery comes at the millisecond that the sender asked
    /// for; the second that the properties name is where Apache would deliver at the end of.
    /// </summary>
    /// <param name="message">The stored message.</param>
    /// <param name="outMs">Its <c>TIMER_OUT_MS</c>.</param>
    public (TimerKind Kind, long DueMs) NextStep(in MessageView message, long outMs)
    {
        var wish = TimerWish.Of(message.Properties);
        var kind = wish.IsRecall ? TimerKind.Recall : TimerKind.Deliver;
        var latest = outMs + PrecisionMs;
        if (!wish.TryGetDeliverMs(message.StoreTimestamp, out var deliver))
            deliver = latest;
        // What is taken back must not be delivered before: so at the beginning of its second.
        var due = wish.IsRecall ? outMs : Math.Clamp(deliver, outMs + 1, latest);
        var window = RollWindowMs;
        // A clock that was ahead once holds the store time for as long as it was: waits count from no later than now.
        var stored = Math.Min(message.StoreTimestamp, time.GetUtcNow().ToUnixTimeMilliseconds());
        var beyond = due - stored - window;
        if (beyond <= 0)
            return (kind, due);
        // As the reference: what is left for the last wait is not a short one.
        return (TimerKind.Roll, stored + (beyond < window / 3 ? window / 2 : window));
    }

    long RoundDown(long deliver)
    {
        long precision = PrecisionMs;
        return deliver % precision == 0 ? deliver - precision : deliver - (deliver % precision);
    }
}
