using Broker.Core.Configuration;
using Broker.Protocol.Messages;

namespace Broker.Core.Transactions;

/// <summary>Decides when a producer is asked about a transaction, and when it is given up (protocol.md §4.8).</summary>
static class CheckRule
{
    const long HourMs = 60 * 60 * 1000;

    /// <param name="options">Time-outs and limits.</param>
    /// <param name="half">The open message.</param>
    /// <param name="nowMs">ms since 1970.</param>
    public static CheckVerdict Decide(BrokerOptions options, in MessageView half, long nowMs)
    {
        // Ages count from the producer's clock, as with Apache. One that is far behind does not lose its transactions
        // for that: each is asked about once at least. One that is ahead does not keep them undecided for ever.
        var age = nowMs - half.BornTimestamp;
        var times = HalfMessage.CheckTimes(half);
        if (times >= options.TransactionCheckMax || (times > 0 && age > options.FileReservedTimeHours * HourMs))
            return CheckVerdict.GiveUp;
        if (HalfMessage.ImmunityMs(half, options.TransactionTimeOutMs) is { } immunity)
            return age < immunity && nowMs - half.StoreTimestamp < immunity ? CheckVerdict.Skip : CheckVerdict.Ask;
        return age >= 0 && age < options.TransactionTimeOutMs ? CheckVerdict.Stop : CheckVerdict.Ask;
    }
}
