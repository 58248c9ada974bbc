using Broker.Core.Delay;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Transactions;

/// <summary>
/// Stores half messages anew: at the end of their topic with another number of checks, or where the given-up ones are.
/// </summary>
static class HalfCopies
{
    /// <param name="store">The store.</param>
    /// <param name="half">The message.</param>
    /// <param name="queue">Where the copy goes.</param>
    /// <param name="checkTimes">How often its producer was asked, with the check that is about to come.</param>
    /// <param name="stored">Told the copy's place.</param>
    /// <param name="isLast">
    /// The message is given up: if the number no more fits into its properties, it goes as it is.
    /// </param>
    public static AppendStatus Append(
        MessageStore store,
        in MessageView half,
        ConsumeQueue queue,
        int checkTimes,
        AppendCompletion stored,
        bool isLast = false
    )
    {
        var properties = new PropertiesWriter(stackalloc byte[1024]);
        foreach (var pair in MessageProperties.Enumerate(half.Properties))
        {
            if (!IsReplaced(pair.Name))
                properties.Add(pair.Name, pair.Value);
        }
        properties.Add(PropertyNames.WaitStored, "false"u8);
        properties.Add(PropertyNames.TransactionCheckTimes, checkTimes);
        properties.Add(PropertyNames.TransactionPreparedQueueOffset, HalfMessage.Origin(half));
        var isWhole = isLast && properties.Written.Length > MessageLayout.PropertiesBytesMax;
        var status = store.Append(
            ParkedMessage.In(queue, half, isWhole ? half.Properties : properties.Written) with
            {
                SysFlag = SysFlag.WithTransaction(half.SysFlag, SysFlag.TransactionNone),
            },
            stored
        );
        properties.Free();
        return status;
    }

    static bool IsReplaced(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(PropertyNames.WaitStored)
        || name.SequenceEqual(PropertyNames.TransactionCheckTimes)
        || name.SequenceEqual(PropertyNames.TransactionPreparedQueueOffset);
}
