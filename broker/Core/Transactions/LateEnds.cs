using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Core.Transactions;

/// <summary>
/// Decisions that come late: the message was checked and moved to the end of the half topic, or given up, or is decided
/// already. The index by message id tells, so nothing is kept in memory for them. Without an index the message is taken
/// as it was found, as Apache does.
/// </summary>
sealed class LateEnds(HalfTopic halves, HalfCopyFinder finder, EndTransactionProcessor processor)
{
    /// <summary>Decisions that may wait at a time; some 500 bytes each. Further ones are refused as busy.</summary>
    const int WaitingMax = 10_000;

    int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public void Take(in ReplyToken token, LateEnd late)
    {
        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            token.Reply(ResponseCode.SystemBusy, $"{WaitingMax} late decisions of transactions wait");
            return;
        }
        token.Run(answer => RunAsync(answer, late));
    }

    async Task RunAsync(ReplyToken token, LateEnd late)
    {
        try
        {
            await halves.Ready;
            // While messages move, one may be settled at its old place and not yet stored at its new one.
            await halves.Moving.WaitAsync();
            try
            {
                End(token, late);
            }
            finally
            {
                halves.Moving.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    bool IsGivenUp(in LateEnd late) =>
        finder.IsGivenUp(late.UniqueKey, late.Origin) && !finder.IsDelivered(late.UniqueKey, late.RealTopic);

    void End(in ReplyToken token, in LateEnd late)
    {
        if (halves.Settled.TryBegin(late.Order.Offset))
            processor.EndLate(token, late.Order, late.Order.Offset);
        else if (finder.Newest(late.UniqueKey, late.Origin) is { } open && halves.Settled.TryBegin(open))
            processor.EndLate(token, late.Order, open);
        else if (!halves.Options.MessageIndexEnable || IsGivenUp(late))
            processor.EndLate(token, late.Order, open: null);
        else
            token.Reply(ResponseCode.Success);
    }
}
